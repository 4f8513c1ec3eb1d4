import type { Locator, Page } from "playwright-core";

/** As somebody without a mouse gets there, forwards, in no more steps than a page has controls. */
export async function tabTo(page: Page, wanted: Locator): Promise<void> {
  for (let step = 0; step < 80; step += 1) {
    await page.keyboard.press("Tab");
    const isThere = await wanted.evaluate(
      (one: { readonly ownerDocument: { readonly activeElement: unknown } }) =>
        one.ownerDocument.activeElement === one,
    );
    if (isThere) return;
  }
  throw new Error(`80 times Tab do not lead to ${String(wanted)}`);
}
