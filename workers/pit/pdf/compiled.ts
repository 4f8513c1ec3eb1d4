/**
 * PDFium's WebAssembly, compiled. V8 compiles it anew in every process, and the parts that are used much a second time: of a
 * document of ten pages that is half the time. So one pit, which has met nothing but a document of our own, writes down what
 * V8 made of it (`pdf-code/main.ts`), and later ones begin with that, if it was made by the same Node of the same PDFium (`seal.ts`).
 */
import { existsSync, readFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { Script } from "node:vm";
import { seal, unseal } from "./seal.ts";
import { Module, type WasmModule } from "./web-assembly.ts";

/** Where the walls put it (`src/pit/program.ts`); not there before it was made. */
const KEPT_CODE = new URL("../../../pdfium.code", import.meta.url);

export function compilePdfium(): WasmModule {
  const wasm = readWasm();
  return readKeptCode(wasm) ?? new Module(wasm);
}

/** What `compilePdfium` begins with next time; null where this V8 does not offer it. Where there is nothing yet V8 ends the process. */
export function writeDown(module: WasmModule): Uint8Array | null {
  const code = askV8("(module) => %SerializeWasmModule(module)", module);
  return code instanceof ArrayBuffer
    ? seal(new Uint8Array(code), readWasm())
    : null;
}

function readKeptCode(wasm: Uint8Array): WasmModule | null {
  if (!existsSync(KEPT_CODE)) return null;
  const code = unseal(readFileSync(KEPT_CODE), wasm);
  if (code === null) return null;
  const module = askV8(
    "(code, wasm) => %DeserializeWasmModule(code, wasm)",
    ...[code.buffer, wasm],
  );
  return module instanceof Module ? module : null;
}

function readWasm(): Uint8Array<ArrayBuffer> {
  const wasm = new URL(import.meta.resolve("@embedpdf/pdfium/pdfium.wasm"));
  return new Uint8Array(readFileSync(wasm));
}

/** Asks a function of V8 that Node does not offer; null where there is none of that name. Nothing else is read with the switch on. */
function askV8(source: string, ...given: readonly unknown[]): unknown {
  setFlagsFromString("--allow-natives-syntax");
  try {
    const ask: unknown = new Script(source).runInThisContext();
    return (ask as (...given: readonly unknown[]) => unknown)(...given);
  } catch {
    return null;
  } finally {
    setFlagsFromString("--no-allow-natives-syntax");
  }
}
