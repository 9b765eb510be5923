import { describe, expect, it } from "vitest";
import { parseContentType } from "../../../../src/http/body/content-type.ts";
import { keepBody } from "../../../../src/http/body/keep-body.ts";
import { field, named, part, toBytes, whole } from "../../../support/multipart.ts";

const JSON_TYPE = "application/json";
const FORM_TYPE = "application/x-www-form-urlencoded";
const MULTIPART_TYPE = "multipart/form-data; boundary=b";

/** The body as GEN gets it, or the reason why it is refused. */
async function keep(contentType: string, text: string): Promise<string | undefined> {
  const type = parseContentType(contentType);
  if (type === null) throw new Error(contentType);
  const kept = await keepBody(toBytes(text), type);
  return kept.ok ? new TextDecoder("utf-8", { ignoreBOM: true }).decode(kept.value.bytes) : kept.problem.reason;
}

describe("JSON", () => {
  it.each([
    ' {"a" : [1, {"b": "\\u00fc"}], "n": 12345678901234567890, "c": {"a": 1} } ',
    "null",
    '[{"a":1},{"a":1}]',
    '{"a":{"a":{"a":1}},"b":[{"a":1}]}',
    '{"a":1,"A":2,"":3}',
    '{"a":{"_method":"delete"},"method":"x"}',
  ])("goes on as it came: %s", async (text) => {
    expect(await keep(JSON_TYPE, text)).toBe(text);
  });

  it.each([
    '{"a":1,"a":1}',
    String.raw`{"a":1,"\u0061":2}`,
    '{"a":{"b":1,"c":{},"b":2}}',
    '[1,{"a":[{"b":1,"b":2}]}]',
    '{"__proto__":1,"__proto__":2}',
    '{"":1,"":2}',
  ])("is refused when a name stands twice in one object: %s", async (text) => {
    expect(await keep(JSON_TYPE, text)).toBe("json_member_repeated");
  });

  it.each(["{", "{}x", "\u00ef\u00bb\u00bf{}", '{"a":"\u00ff"}', "{\u0000}", "NaN", "{'a':1}", '{"a":1,}'])(
    "is refused when some parser does not take it for JSON: %j",
    async (text) => {
      expect(await keep(JSON_TYPE, text)).toBe("body_not_json");
    },
  );

  it("is refused with a field that makes another request of this one", async () => {
    expect(await keep(JSON_TYPE, '{"_method":"DELETE"}')).toBe("field_overrides");
  });
});

describe("a form", () => {
  it.each([
    ["a=1&b=2", "a=1&b=2"],
    ["a=x%20y+z&b", "a=x+y+z&b="],
    ["user_job[data]=%7B%7D&&a=1", "user_job%5Bdata%5D=%7B%7D&a=1"],
    ["?a=1", "%3Fa=1"],
    ["a=\u00c3\u00bc", "a=%C3%BC"],
    ["a=1=2", "a=1%3D2"],
  ])("is written anew: %s", async (text, written) => {
    expect(await keep(FORM_TYPE, text)).toBe(written);
  });

  it.each([
    "\u00ef\u00bb\u00bfa=1",
    "a=1;b=2",
    "a=\u00ff",
    "a=%ff",
    "%=1",
    "a=%u0061",
    Array.from({ length: 10_001 }, (_, index) => `a${index}=1`).join("&"),
  ])("is refused when parsers read it differently: %.30s", async (text) => {
    expect(await keep(FORM_TYPE, text)).toBe("body_not_form");
  });
});

describe("JSON that is called a form", () => {
  it.each(['{"generation_type":"text"}', ' {"a":"b=1&c=2"}', "{}"])("is refused: %s", async (text) => {
    expect(await keep(FORM_TYPE, text)).toBe("json_sent_as_form");
  });

  it.each(["{a}=1", "[]=1", "1"])("is not a form that only looks alike: %s", async (text) => {
    expect(await keep(FORM_TYPE, text)).not.toBe("json_sent_as_form");
  });
});

describe("a field that makes another request of this one", () => {
  it.each([
    "_method",
    "_METHOD",
    " _method",
    "_method[]",
    "[_method]",
    "_method\u0000",
    "X-HTTP-Method-Override",
    "_charset_",
    "_content_type",
  ])("is refused in every form: %j", async (name) => {
    expect(await keep(FORM_TYPE, `a=1&${encodeURIComponent(name)}=delete`)).toBe("field_overrides");
    if (!name.includes("\u0000")) {
      expect(await keep(MULTIPART_TYPE, whole(field(name, "delete")))).toBe("field_overrides");
    }
  });

  it.each(["method", "payment_method", "_methods", "content_type", "charset"])(
    "is not a field that is only named alike: %s",
    async (name) => {
      expect(await keep(FORM_TYPE, `${name}=1`)).toBe(`${name}=1`);
    },
  );
});

describe("a multipart body", () => {
  it("is written anew", async () => {
    const text = await keep(MULTIPART_TYPE, `Hello\r\n${whole(part("Content-Disposition: form-data; name=a"))}`);
    const boundary = text?.split("\r\n")[0];
    expect(text).toBe(`${boundary}\r\n${named("a")}\r\n\r\nvalue\r\n${boundary}--\r\n`);
  });

  it("is refused when parsers read it differently", async () => {
    expect(await keep(MULTIPART_TYPE, whole(part(`${named("agent_id")}\nX-A: b`)))).toBe("body_not_form");
  });
});
