/** Files that the build turns into an address. */
declare module "*.svg" {
  const address: string;
  // eslint-disable-next-line no-restricted-syntax -- vite's form
  export default address;
}
declare module "*.css";
