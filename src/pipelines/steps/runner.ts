/** The `Run` that a pipeline's code is given, on top of a Workflow's steps. */
import * as v from "valibot";
import { toPipelineClient } from "../../calls/pipeline-client.ts";
import { parseJson, writeJsonOrNull } from "../../encoding/json.ts";
import { findOperation, type OperationName } from "../../gen/operations.ts";
import { notify } from "../../notifications/notify.ts";
import { toIssue } from "../check-input.ts";
import type { RunTask, StepEntry, Turn, TurnResult } from "../protocol.ts";
import type { CallRequest, GeneratingName, Generation, Run, RunTrigger, StepTools } from "../run.ts";
import { toEventType, toStepCallId } from "../run-id.ts";
import { toMessage } from "../run-notification.ts";
import type { Waiting } from "../run-record.ts";
import { Later, StepFailed, toRunError } from "../step-failed.ts";
import { selectCallDenial } from "./call-denial.ts";
import { findFault, type GenOrder } from "./gen-order.ts";
import { readGen } from "./read-gen.ts";
import { call, type GoAhead, generate, type Stage, takeTurn, tellFailed } from "./turn.ts";

/** The part of a Workflow's step that is used. */
export interface Steps {
  do(name: string, config: typeof RETRIES, work: () => Promise<string>): Promise<string>;
  waitForEvent(name: string, options: { type: string; timeout: number }): Promise<unknown>;
}

/** For unexpected errors: a machine that dies, an object that can't be reached. GEN's failures are handled by turns. */
export const RETRIES = {
  retries: { limit: 5, delay: "2 seconds", backoff: "exponential" },
  timeout: "2 minutes",
} as const;

/** Workflows limit their steps. A step that reaches this number of turns is looping. */
const MAX_TURNS = 400;

/** Waits that an event ends. Other waits last their full time: an event that came earlier would end them at once. */
const ENDED_BY_EVENT: ReadonlySet<Waiting> = new Set<Waiting>(["slot", "call", "generation"]);
const NOT_SENT = "Nothing was sent: NOTIFY_URL is not set.";
/** No event has this type. */
const NO_EVENT = "none";

type Work = (decision: GoAhead) => Promise<TurnResult>;

export class Runner<Input> implements Run<Input> {
  readonly id: string;
  readonly input: Input;
  readonly trigger: RunTrigger;
  /** The only agent that its calls may name; null if the pipeline names none. */
  readonly #agent: string | null;
  readonly #stage: Stage;
  readonly #steps: Steps;
  readonly #names = new Set<string>();
  readonly #renewed: NonNullable<RunTask["renewed"]>;

  constructor(
    stage: Stage,
    steps: Steps,
    run: { input: Input; trigger: RunTrigger; agent: string | null; renewed: NonNullable<RunTask["renewed"]> },
  ) {
    this.id = stage.run;
    this.input = run.input;
    this.trigger = run.trigger;
    this.#agent = run.agent;
    this.#renewed = run.renewed;
    this.#stage = stage;
    this.#steps = steps;
  }

  async call<Name extends OperationName, Schema extends v.GenericSchema>(
    name: string,
    operation: Name,
    request: CallRequest<Name, Schema>,
  ): Promise<v.InferOutput<Schema>> {
    const { charged, replay } = findOperation(operation);
    const order = this.#toOrder(name, operation, request);
    const callId = charged || replay !== "safe" ? await this.#toCallId(name) : null;
    const entry = { name, kind: "call", operation, callId, charged, needsSlot: false } as const;
    const value = await this.#turns(entry, async (decision) => {
      return checkResult(await call(order, callId, this.#stage, decision), request.answer);
    });
    return check(value, request.answer, name);
  }

  async generate<Name extends GeneratingName>(
    name: string,
    operation: Name,
    request: CallRequest<Name>,
  ): Promise<Generation> {
    const callId = await this.#toCallId(name);
    const order = this.#toOrder(name, operation, request);
    const entry = { name, kind: "generate", operation, callId, charged: true, needsSlot: true } as const;
    return (await this.#turns(entry, (decision) => generate(order, callId, this.#stage, decision))) as Generation;
  }

  async step<T>(name: string, work: (tools: StepTools) => Promise<T>): Promise<T> {
    const read: StepTools["read"] = async (operation, request) => {
      const { pipeline, spender, isolate } = this.#stage;
      const order = this.#toOrder(name, operation, request);
      const denial = await selectCallDenial(order, spender, isolate);
      if (denial !== null) throw new StepFailed({ ...denial, step: name });
      const answer = await readGen(order, toPipelineClient(pipeline), isolate);
      return check(answer, request.answer, name);
    };
    const later = (ms: number) => new Later(ms);
    const entry = { name, kind: "step", operation: null, callId: null, charged: false, needsSlot: false } as const;
    const value = await this.#turns(entry, async ({ turns: attempt }) => {
      return { kind: "done", value: writeJsonOrNull(await work({ read, attempt, later })) };
    });
    return value as T;
  }

  async notify(name: string, data: Parameters<Run<Input>["notify"]>[1]): Promise<void> {
    const entry = { name, kind: "notify", operation: null, callId: null, charged: false, needsSlot: false } as const;
    await this.#turns(entry, async () => {
      const { pipeline, run, isolate } = this.#stage;
      await notify(isolate, toMessage({ pipeline, run, trigger: this.trigger, at: isolate.clock.now() }, name, data));
      return { kind: "done", value: "null", ...(isolate.config.notify === null ? { hint: NOT_SENT } : {}) };
    });
  }

  /**
   * Takes turns until the step is done or has failed, and sleeps between them until an event or a timeout. A Workflow
   * identifies its steps by name, so the names made here must differ whatever names a pipeline uses.
   */
  async #turns(entry: Omit<StepEntry, "play">, work: Work): Promise<unknown> {
    const { name } = entry;
    if (this.#names.has(name)) throw new Error(`Two steps of this run are called "${name}".`);
    this.#names.add(name);
    for (let turn = 1; turn <= MAX_TURNS; turn += 1) {
      const label = `${turn}. ${name}`;
      const text = await this.#steps
        .do(label, RETRIES, async () => writeJsonOrNull(await takeTurn(entry, this.#stage, work)))
        .catch((error) => this.#fail(label, new StepFailed({ ...toRunError(error), step: name })));
      const result = parseJson(text) as Turn;
      if (result.kind === "done") return parseJson(result.value);
      if (result.kind === "failed") throw new StepFailed({ ...result, step: name });
      const type = entry.callId !== null && ENDED_BY_EVENT.has(result.waitsFor) ? toEventType(entry.callId) : NO_EVENT;
      await this.#steps
        .waitForEvent(`after ${label}: ${result.waitsFor}`, { type, timeout: result.ms })
        .catch(() => {});
    }
    return this.#fail(
      `${MAX_TURNS}. ${name}`,
      new StepFailed({ code: "internal", detail: "The step came to no end.", step: name }),
    );
  }

  #toCallId(step: string): Promise<string> {
    return toStepCallId(this.id, step, Object.hasOwn(this.#renewed, step) ? this.#renewed[step] : undefined);
  }

  /** Throws `StepFailed` for a call that is invalid or not allowed to this run, before anything is sent. */
  #toOrder(step: string, operation: OperationName, request: CallRequest<never>): GenOrder {
    const { params, query = {}, body = null } = request;
    const order = { operation, params, query, body };
    const fault = findFault(order, this.#agent);
    if (fault !== null) throw new StepFailed({ ...fault, step });
    return order;
  }

  /** Ends a step whose retries failed, and frees its slot, because other steps may go on. */
  async #fail(label: string, failed: StepFailed): Promise<never> {
    await this.#steps.do(`failed: ${label}`, RETRIES, async () =>
      writeJsonOrNull(await tellFailed(failed, this.#stage)),
    );
    throw failed;
  }
}

/** Throws `StepFailed` when the value does not fit. */
function check<Schema extends v.GenericSchema>(
  value: unknown,
  schema: Schema | undefined,
  step: string,
): v.InferOutput<Schema> {
  if (schema === undefined) return value as v.InferOutput<Schema>;
  const parsed = v.safeParse(schema, value);
  if (parsed.success) return parsed.output;
  throw new StepFailed({ ...toMisfit(parsed.issues[0]), step });
}

/** The same for the result of a turn. Keeps what is known about charges. */
function checkResult(result: TurnResult, schema: v.GenericSchema | undefined): TurnResult {
  if (result.kind !== "done" || schema === undefined) return result;
  const parsed = v.safeParse(schema, parseJson(result.value));
  return parsed.success ? result : { ...result, kind: "failed", ...toMisfit(parsed.issues[0]) };
}

function toMisfit(issue: v.BaseIssue<unknown>): { code: string; detail: string } {
  const { path, message } = toIssue(issue);
  const detail = `GEN's answer is not what the step expects: ${path || "it"}: ${message}`;
  return { code: "gen_bad_response", detail };
}
