/** What a pipeline's code is given: its input, and steps that each happen once. */
import type * as v from "valibot";
import type { Json } from "../encoding/json.ts";
import type { OperationName, PathParams } from "../gen/operations.ts";

export type RunTrigger =
  | { readonly kind: "manual"; readonly clientId: string }
  | { readonly kind: "webhook"; readonly source: string; readonly deliveryId: string }
  | { readonly kind: "cron"; readonly cron: string; readonly scheduledAt: number };

/** One call of GEN: the path's parameters, the query, a JSON body, and what its answer must look like. */
export interface CallRequest<Name extends OperationName, Schema extends v.GenericSchema = v.GenericSchema> {
  readonly params: PathParams<Name>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: { readonly [member: string]: Json | undefined };
  /** Without it the answer is `unknown`. An answer that does not fit fails the step. */
  readonly answer?: Schema;
}

/** The operations that start a generation and name it in their answer. */
export type GeneratingName = "cells.generate" | "cells.render" | "layers.generate" | "generations.continue";

/** A generation that is completed, as GEN describes it. */
export interface Generation {
  readonly id: string;
  readonly status: string;
  /** Text, or an object. */
  readonly result: Json;
  /** Public URLs of what was made. */
  readonly urls: readonly string[];
}

export interface StepTools {
  /** A GET, tried again in a budget of 25 s. It belongs to the step, so a large answer need not be kept. */
  read<Name extends OperationName, Schema extends v.GenericSchema>(
    operation: Name,
    request: Omit<CallRequest<Name, Schema>, "body">,
  ): Promise<v.InferOutput<Schema>>;
  /** How often the step's work has been begun, this time included. */
  readonly attempt: number;
  /** `throw later(5_000)`: the work is done again in five seconds, asleep until then. It ends after 400 attempts. */
  later(ms: number): Error;
}

/**
 * Steps are found again by their names: a name stands for one step in a run. A step that failed for good throws a
 * `StepFailed`; not caught, it fails the run with that code.
 */
export interface Run<Input> {
  readonly id: string;
  readonly input: Input;
  readonly trigger: RunTrigger;
  /** Calls GEN, once: the call is written before it is sent, and found again under the same key. Its answer. */
  call<Name extends OperationName, Schema extends v.GenericSchema>(
    name: string,
    operation: Name,
    request: CallRequest<Name, Schema>,
  ): Promise<v.InferOutput<Schema>>;
  /** Starts a generation, when the pipeline has a place free, and waits for its end. Throws when it did not complete. */
  generate<Name extends GeneratingName>(name: string, operation: Name, request: CallRequest<Name>): Promise<Generation>;
  /** Any other work. It may be done twice: only its result is kept once, as JSON, at most 512 KiB. */
  step<T>(name: string, work: (tools: StepTools) => Promise<T>): Promise<T>;
  /** Sends a `pipeline.message` to `NOTIFY_URL`, once. */
  notify(name: string, data: { readonly [member: string]: Json | undefined }): Promise<void>;
}
