/** A GEN with almost no cost: fixed answers and persistent connections, in its own process. */
import { once } from "node:events";
import { startChild } from "./child-process.ts";

export interface Upload {
  readonly bytes: number;
  readonly sha256: string;
}

export interface Upstream {
  readonly origin: string;
  /** The last upload that it received. */
  lastUpload(): Promise<Upload>;
  close(): void;
}

export async function startUpstream(): Promise<Upstream> {
  const { process: child, hello } = await startChild("fixed-upstream-child.ts");
  return {
    origin: `http://127.0.0.1:${hello}`,
    async lastUpload() {
      child.send("last-upload");
      const [upload] = await once(child, "message");
      return upload as Upload;
    },
    close: () => void child.kill(),
  };
}
