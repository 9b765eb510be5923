/** What a pipeline's code gets: its input, and steps that each happen once. */
import type * as v from "valibot";
import type { Json } from "../encoding/json.ts";
import type { OperationName, PathParams } from "../gen/operations.ts";

export type RunTrigger =
  | { readonly kind: "manual"; readonly clientId: string; readonly requestId?: string }
  | {
      readonly kind: "webhook";
      readonly source: string;
      readonly deliveryId: string;
      readonly requestId?: string;
    }
  | { readonly kind: "cron"; readonly cron: string; readonly scheduledAt: number };

/** The id of the request that started the run; null for cron, and for runs of earlier versions. */
export function findRequestId(trigger: RunTrigger): string | null {
  return trigger.kind === "cron" ? null : (trigger.requestId ?? null);
}

/** One call of GEN: the path's parameters, the query, a JSON body, and the schema of its answer. */
export interface CallRequest<Name extends OperationName, Schema extends v.GenericSchema = v.GenericSchema> {
  readonly params: PathParams<Name>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: { readonly [member: string]: Json | undefined };
  /** Without a schema the answer is `unknown`. An answer that does not fit fails the step. */
  readonly answer?: Schema;
}

/** The operations that start a generation and name it in their answer. */
export type GeneratingName = "cells.generate" | "cells.render" | "layers.generate" | "generations.continue";

/** A completed generation, as GEN describes it. */
export interface Generation {
  readonly id: string;
  readonly status: string;
  /** Text, or an object. */
  readonly result: Json;
  /** Public URLs of what was made. */
  readonly urls: readonly string[];
}

export interface StepTools {
  /** A GET, retried within 25 s. It is part of the step, so its answer is not stored and may be large. */
  read<Name extends OperationName, Schema extends v.GenericSchema>(
    operation: Name,
    request: Omit<CallRequest<Name, Schema>, "body">,
  ): Promise<v.InferOutput<Schema>>;
  /** How many times the step's work was started, including this time. */
  readonly attempt: number;
  /** `throw later(5_000)` sleeps for five seconds and starts the work again. After 400 attempts the step fails. */
  later(ms: number): Error;
}

/**
 * A step is identified by its name, which must be unique in a run. A step that failed for good throws `StepFailed`; if
 * that is not caught, the run fails with its code.
 */
export interface Run<Input> {
  readonly id: string;
  readonly input: Input;
  readonly trigger: RunTrigger;
  /** Calls GEN once and returns its answer. The call is stored before it is sent, and found again under its key. */
  call<Name extends OperationName, Schema extends v.GenericSchema>(
    name: string,
    operation: Name,
    request: CallRequest<Name, Schema>,
  ): Promise<v.InferOutput<Schema>>;
  /** Starts a generation when the pipeline has a free slot, and waits for its end. Throws when it did not complete. */
  generate<Name extends GeneratingName>(name: string, operation: Name, request: CallRequest<Name>): Promise<Generation>;
  /** Any other work. It may run twice, but only one result is stored: as JSON, at most 512 KiB. */
  step<T>(name: string, work: (tools: StepTools) => Promise<T>): Promise<T>;
  /** Sends a `pipeline.message` to `NOTIFY_URL`, once. */
  notify(name: string, data: { readonly [member: string]: Json | undefined }): Promise<void>;
}
