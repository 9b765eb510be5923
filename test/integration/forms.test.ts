import { describe, expect, it } from "vitest";
import { parseContentType } from "../../src/http/body/content-type.ts";
import { keepBody } from "../../src/http/body/keep-body.ts";
import { readMultipart } from "../../src/http/forms/read-multipart.ts";
import { makeForm } from "../fuzz/grammar/forms.ts";
import { Random } from "../fuzz/random.ts";

const SEED = 17;
const MADE = 400;

const toBytes = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));
const decode = (bytes: Uint8Array) => new TextDecoder("utf-8", { fatal: false, ignoreBOM: true }).decode(bytes);

/** What workerd reads: name, file name (with quotes as browsers write them), content. */
async function readPlatform(contentType: string, bytes: Uint8Array): Promise<unknown[]> {
  const form = await new Response(bytes, { headers: { "content-type": contentType } }).formData();
  const entries = [...form] as [string, string | File][];
  return Promise.all(
    entries.map(async ([name, value]) =>
      typeof value === "string" ? [name, null, value] : [name, value.name.replaceAll('"', "%22"), await value.text()],
    ),
  );
}

describe("a multipart form that was written anew", () => {
  it("is read by the platform as it was read here", async () => {
    let read = 0;
    for (let number = 0; number < MADE; number += 1) {
      const made = makeForm(Random.ofCase(SEED, number));
      const type = parseContentType(made.contentType);
      const kept = type?.mediaType === "multipart" ? await keepBody(toBytes(made.text), type) : null;
      if (!kept?.ok || kept.value.fields.length === 0) continue;
      read += 1;
      const { contentType, bytes } = kept.value;
      const parts = readMultipart(toBytes(made.text), type?.boundary ?? "");
      const ours = parts?.map(({ name, filename, content }) => [name, filename, decode(content)]);
      expect(await readPlatform(contentType, bytes), JSON.stringify(made)).toEqual(ours);
    }
    expect(read).toBeGreaterThan(MADE / 8);
  });
});
