/** What is used here of a global that TypeScript knows in browsers only. */
export interface WasmModule {
  readonly [Symbol.toStringTag]: string;
}

interface Runtime {
  readonly Module: new (wasm: Uint8Array) => WasmModule;
  readonly Instance: new (
    module: WasmModule,
    imports: object,
  ) => { readonly exports: object };
}

export const { Module, Instance } = (
  globalThis as unknown as { readonly WebAssembly: Runtime }
).WebAssembly;
