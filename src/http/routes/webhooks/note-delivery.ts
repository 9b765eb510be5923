/** Puts what came in on the list of deliveries: gathered, and told after the answer. */
import { sha256Hex } from "../../../encoding/hash.ts";
import { reach, SINGLETON } from "../../../objects/gate.ts";
import type { Accepted, Batch, Refused } from "../../../webhooks/incoming/delivery.ts";
import type { Verified } from "../../../webhooks/source.ts";
import type { Context } from "../../context.ts";

interface Taken {
  readonly source: string;
  readonly delivery: Verified;
  readonly body: Uint8Array;
}

export async function noteAccepted(
  { source, delivery: { deliveryId }, body }: Taken,
  runs: Accepted["runs"],
  ctx: Context,
): Promise<void> {
  const id = await sha256Hex(JSON.stringify(["delivery", source, deliveryId]));
  const started = runs.map(({ pipeline, id: run }) => ({ pipeline, id: run }));
  const what = { id, source, deliveryId, size: body.byteLength, runs: started };
  ctx.incoming.accept({ ...what, at: ctx.clock.now() });
  tellSoon(ctx);
}

export function noteRefused(refused: Omit<Refused, "at">, ctx: Context): void {
  ctx.incoming.refuse({ ...refused, at: ctx.clock.now() });
  tellSoon(ctx);
}

/** Tells the list now what this isolate has gathered, so that who looks sees it. */
export function tellNow(ctx: Context): Promise<void> {
  return ctx.incoming.tell((batch) => tell(batch, ctx));
}

function tellSoon(ctx: Context): void {
  const telling = ctx.incoming.tellSoon((batch) => tell(batch, ctx));
  if (telling !== null) ctx.waitUntil(telling);
}

function tell(batch: Batch, ctx: Context): Promise<unknown> {
  return reach(ctx.objects.INCOMING.getByName(SINGLETON).note(batch), ctx);
}
