import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";

it("the newest thousand of the deliveries that did not fit are kept, each once", async () => {
  const runs = env.PIPELINES.getByName("rejections");
  await runInDurableObject(runs, async (object, { storage }) => {
    const reject = (at: number) => {
      return object.reject("rejections", { id: String(at), source: "github", at, issues: ["no"], payload: "{}" });
    };
    for (let at = 1; at <= 1_002; at += 1) await reject(at);
    await reject(1_002);

    const [kept] = storage.sql.exec("SELECT COUNT(*) AS n, MIN(at) AS oldest, MAX(at) AS newest FROM rejections");
    expect(kept).toEqual({ n: 1_000, oldest: 3, newest: 1_002 });
  });
});
