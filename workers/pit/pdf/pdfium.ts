import { init, type WrappedPdfiumModule } from "@embedpdf/pdfium";
import { PitRefusal } from "../speak.ts";
import { compilePdfium } from "./compiled.ts";
import { offerFonts } from "./fonts.ts";
import { Instance, type WasmModule } from "./web-assembly.ts";

export type Pdfium = WrappedPdfiumModule;

/** PDFium with our fonts behind it. It is instantiated here, so the loader never looks for a file or an address. */
export async function loadPdfium(
  module: WasmModule = compilePdfium(),
): Promise<Pdfium> {
  let wantedMore = false;
  const instantiateWasm = (
    imports: Imports,
    receive: (instance: object) => void,
  ) => {
    const grow = imports.env.emscripten_resize_heap;
    imports.env.emscripten_resize_heap = (bytes) => {
      const grown = grow(bytes);
      if (!grown) wantedMore = true;
      return grown;
    };
    const instance = new Instance(module, imports);
    receive(instance);
    return instance.exports;
  };
  const pdfium = await init({ instantiateWasm });
  refusedMemory.set(pdfium, () => wantedMore);
  pdfium.FPDF_InitLibrary();
  offerFonts(pdfium);
  return pdfium;
}

/** What PDFium asks of its runtime, as Emscripten names it. */
interface Imports {
  readonly env: { emscripten_resize_heap: (bytes: number) => boolean };
}

const refusedMemory = new WeakMap<Pdfium, () => boolean>();

/**
 * PDFium that gets no memory leaves out what it wanted it for, a picture for example, and goes on: what it made since then is
 * not the document.
 */
export function requireMemory(pdfium: Pdfium): void {
  if (lacksMemory(pdfium)) throw new PitRefusal("PIT_MEMORY");
}

/** Whether it was ever refused some. */
export function lacksMemory(pdfium: Pdfium): boolean {
  return refusedMemory.get(pdfium)?.() !== false;
}

/** The package's own types of these lead nowhere (they name Emscripten's, which are not installed). */
interface Runtime {
  readonly HEAPU8: Uint8Array;
  addFunction(
    callback: (...args: number[]) => unknown,
    signature: string,
  ): number;
  setValue(pointer: number, value: number, type: "i32"): void;
  UTF16ToString(pointer: number): string;
}

export function runtime(pdfium: Pdfium): Runtime {
  return pdfium.pdfium as unknown as Runtime;
}

/** The heap moves when it grows: never keep what this returns across a call into PDFium. */
export function heap(pdfium: Pdfium): Uint8Array {
  return runtime(pdfium).HEAPU8;
}

/** The pointer is the caller's to free. */
export function copyIn(pdfium: Pdfium, bytes: Uint8Array): number {
  const pointer = pdfium.pdfium.wasmExports.malloc(Math.max(bytes.length, 1));
  heap(pdfium).set(bytes, pointer);
  return pointer;
}
