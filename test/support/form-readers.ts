/** Three independent form parsers and the behaviour of a fourth: what each of them reads in a form. */
import busboy from "busboy";
import { parseContentType } from "../../src/http/body/content-type.ts";
import { readForm } from "../../src/http/forms/read-form.ts";
import { readMultipart } from "../../src/http/forms/read-multipart.ts";

/** The file name is null for a field; quotes in it are as browsers write them. */
export type ReadPart = readonly [name: string, filename: string | null, content: string];

interface Form {
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

const toText = (bytes: Uint8Array) => Buffer.from(bytes).toString("latin1");
const toUtf8 = (text: string) => toText(Buffer.from(text, "utf8"));
const toName = (filename: string) => filename.replaceAll('"', "%22");

export function readOurs({ contentType, bytes }: Form): ReadPart[] | null {
  const type = parseContentType(contentType);
  if (type?.mediaType === "form") {
    return readForm(bytes)?.map(([name, value]): ReadPart => [name, null, toUtf8(value)]) ?? null;
  }
  const parts = readMultipart(bytes, type?.boundary ?? "");
  return parts?.map(({ name, filename, content }) => [name, filename, toText(content)]) ?? null;
}

export async function readPlatform({ contentType, bytes }: Form): Promise<ReadPart[]> {
  const init = { headers: { "content-type": contentType } };
  const form = await new Response(new Uint8Array(bytes), init).formData();
  return Promise.all(
    [...form].map(async ([name, value]): Promise<ReadPart> => {
      if (typeof value === "string") return [name, null, toUtf8(value)];
      return [name, toName(value.name), toText(new Uint8Array(await value.arrayBuffer()))];
    }),
  );
}

export function readBusboy({ contentType, bytes }: Form): Promise<ReadPart[]> {
  const parts: Promise<ReadPart>[] = [];
  const parser = busboy({ headers: { "content-type": contentType }, defParamCharset: "utf8" });
  parser.on("field", (name, value) => parts.push(Promise.resolve([name, null, toUtf8(value)])));
  parser.on("file", (name, stream, { filename }) => {
    parts.push(stream.toArray().then((chunks) => [name, toName(filename ?? ""), toText(Buffer.concat(chunks))]));
  });
  return new Promise((resolve, reject) => {
    parser.on("error", reject);
    parser.on("close", () => resolve(Promise.all(parts)));
    parser.end(Buffer.from(bytes));
  });
}

const RACK_BOUNDARY = /^multipart\/.*boundary="?([^";,]+)"?/is;
const RACK_NAME = /Content-Disposition:[^:]*;\s*name=("(?:\\"|[^"])*"|[^\s()<>,;:\\"/[\]?=]+)/i;

/**
 * Names and contents as Rack 2, GEN's likely parser, finds them: a head ends at the first blank line of CRLF, and a
 * name is the value of the last `; name=`. This is no full parser: use it only for forms that the others have read.
 * Null for another format.
 */
export function readLikeRack({ contentType, bytes }: Form): [name: string, content: string][] | null {
  const boundary = RACK_BOUNDARY.exec(contentType)?.[1]?.replace(/[.+=]/g, "\\$&");
  if (boundary === undefined) return null;
  const sections = toText(bytes).split(new RegExp(`(?:^|\r\n)--${boundary}(?:--)?(?:\r\n|$)`));
  return sections.slice(1, -1).map((section) => {
    const end = section.indexOf("\r\n\r\n");
    const name = RACK_NAME.exec(section.slice(0, end))?.[1] ?? "";
    return [Buffer.from(name.replace(/^"(.*)"$/, "$1"), "latin1").toString("utf8"), section.slice(end + 4)];
  });
}
