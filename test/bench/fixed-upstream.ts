/** A GEN that costs next to nothing: fixed answers, kept connections, in a process of its own. */
import { once } from "node:events";
import { startChild } from "./child-process.ts";

export interface Upload {
  readonly bytes: number;
  readonly sha256: string;
}

export interface Upstream {
  readonly origin: string;
  /** The last upload it took in. */
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
