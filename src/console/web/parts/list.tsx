export function List({ lines }: { readonly lines: readonly string[] }) {
  return (
    <ul className="list">
      {lines.map((one) => (
        <li key={one}>{one}</li>
      ))}
    </ul>
  );
}
