import { init, type WrappedPdfiumModule } from "@embedpdf/pdfium";
import { compilePdfium } from "./compiled.ts";
import { offerFonts } from "./fonts.ts";
import { Instance, type WasmModule } from "./web-assembly.ts";

export type Pdfium = WrappedPdfiumModule;

/** PDFium with our fonts behind it. It is instantiated here, so the loader never looks for a file or an address. */
export async function loadPdfium(
  module: WasmModule = compilePdfium(),
): Promise<Pdfium> {
  const instantiateWasm = (
    imports: object,
    receive: (instance: object) => void,
  ) => {
    const instance = new Instance(module, imports);
    receive(instance);
    return instance.exports;
  };
  const pdfium = await init({ instantiateWasm });
  pdfium.FPDF_InitLibrary();
  offerFonts(pdfium);
  return pdfium;
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
