// The part of WebAssembly that the kernels use: the language's own library leaves it to browsers.

declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array);
  }
  class Instance {
    readonly exports: unknown;
    constructor(
      module: Module,
      imports: Readonly<Record<string, Readonly<Record<string, Memory>>>>,
    );
  }
  /** Memory of 64 KiB pages; with `shared`, of all threads it is posted to. */
  class Memory {
    readonly buffer: SharedArrayBuffer;
    constructor(size: {
      readonly initial: number;
      readonly maximum: number;
      readonly shared: true;
    });
  }
}
