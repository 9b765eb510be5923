/**
 * Pipelines are code that the owner of a deployment writes in `src/app/pipelines.ts`. Triggers say when a pipeline runs
 * and make its input. `run` says what it does, in steps that each happen once, even if the machine dies.
 */
import type * as v from "valibot";
import type { Limits } from "../money/spending.ts";
import { findTermsFault } from "./check-terms.ts";
import type { Run } from "./run.ts";

export interface WebhookDelivery {
  /**
   * Parsed JSON (whole numbers beyond 2^53 as BigInts), or a form's fields. The signature is verified, so trust it as
   * far as you trust the sender.
   */
  readonly payload: unknown;
  /** The event type that the sender gave, if any. */
  readonly eventType: string | null;
}

/** Variables whose names begin with `PIPELINE_`, by their full names. */
export type PipelineVariables = Readonly<Record<string, string>>;

export type Trigger =
  /** One run for each of the inputs. The expression must be in `wrangler.toml`, too. UTC. */
  | {
      readonly kind: "cron";
      readonly cron: string;
      readonly inputs: (variables: PipelineVariables) => readonly unknown[];
    }
  | {
      readonly kind: "webhook";
      /** A name in `src/app/webhooks.ts`. */
      readonly source: string;
      /** Selects the deliveries that start a run. Default: all. */
      readonly when?: (delivery: WebhookDelivery) => boolean;
      /** Maps the sender's payload to the pipeline's input. */
      readonly input: (delivery: WebhookDelivery) => unknown;
    };

/** A pipeline as the rest of the code uses it: with defaults set and the type of its input erased. */
export interface Pipeline {
  /** Lower-case letters, digits and hyphens: a segment of its routes. */
  readonly name: string;
  /** One sentence, shown at `GET /pipelines`. */
  readonly description: string;
  readonly triggers: readonly Trigger[];
  readonly input: v.GenericSchema;
  /** The number of generations at a time, over all runs of this pipeline. */
  readonly concurrency: number;
  /** The number of charged calls that one run may make. One more fails the run. */
  readonly maxCharges: number;
  /** What all of its runs may spend, whoever starts them. */
  readonly budget: Limits;
  /** The tag of the runs that have none by their start. */
  readonly tag: string | null;
  /**
   * The agent that a run acts for, by its input. A client confined to some agents may start runs for those only, and
   * none if this is null.
   */
  readonly agent: ((input: unknown) => string) | null;
  /** Runs whose inputs give the same text run one after the other. Null: all runs are concurrent. */
  readonly exclusive: ((input: unknown) => string) | null;
  readonly run: (run: Run<unknown>) => Promise<unknown>;
}

/** The definition that the owner writes. `input` is a valibot schema, which also types what `agent` and `run` get. */
interface Definition<Schema extends v.GenericSchema>
  extends Pick<Pipeline, "name" | "description">,
    Partial<Pick<Pipeline, "triggers" | "concurrency" | "maxCharges" | "budget">> {
  readonly input: Schema;
  readonly tag?: string;
  readonly agent?: (input: v.InferOutput<Schema>) => string;
  readonly exclusive?: (input: v.InferOutput<Schema>) => string;
  readonly run: (run: Run<v.InferOutput<Schema>>) => Promise<unknown>;
}

/** Null when there is no pipeline of this name. */
export function findPipeline(pipelines: readonly Pipeline[], name: string): Pipeline | null {
  return pipelines.find((pipeline) => pipeline.name === name) ?? null;
}

const DEFAULTS = {
  triggers: [],
  concurrency: 4,
  maxCharges: 100,
  budget: {},
  tag: null,
  agent: null,
  exclusive: null,
} as const;

/** Throws when the definition is invalid, so that this shows at start and not in the first run. */
export function definePipeline<const Schema extends v.GenericSchema>(definition: Definition<Schema>): Pipeline {
  const pipeline = { ...DEFAULTS, ...definition } as unknown as Pipeline;
  const { name, concurrency, maxCharges } = pipeline;
  if (!/^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/.test(name)) {
    throw new Error(`"${name}" is no name for a pipeline: use lower-case letters, digits and hyphens.`);
  }
  if (!(concurrency >= 1) || !(maxCharges >= 0)) {
    throw new Error(`The pipeline ${name} needs a concurrency of at least 1 and a maxCharges of at least 0.`);
  }
  const fault = findTermsFault(pipeline);
  if (fault !== null) throw new Error(`The pipeline ${name}: ${fault}`);
  return pipeline;
}

/** The pipelines of a deployment. Throws when two have the same name: the second could never be reached. */
export function listPipelines(...pipelines: Pipeline[]): readonly Pipeline[] {
  const names = pipelines.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) throw new Error(`Two pipelines are called "${twice}".`);
  return pipelines;
}

/** Starts a run for each of the inputs at the times of the cron expression. Throws when that has not five fields. */
export function cron(expression: string, inputs: Extract<Trigger, { kind: "cron" }>["inputs"] = () => [{}]): Trigger {
  if (!/^[\w*,/#?-]+( [\w*,/#?-]+){4}$/.test(expression)) {
    throw new Error(`"${expression}" is no cron expression: it needs five fields, such as "0 9 * * MON-FRI".`);
  }
  return { kind: "cron", cron: expression, inputs };
}

type Selection = Partial<Pick<Extract<Trigger, { kind: "webhook" }>, "when" | "input">>;

/** Starts a run for each delivery of a source. By default the payload is the input. */
export function webhook(source: string, { when, input = ({ payload }) => payload }: Selection = {}): Trigger {
  return { kind: "webhook", source, input, ...(when ? { when } : {}) };
}

/** The same for these sources alone: the name of another one does not compile, and throws. */
export function webhookOf<Source extends string>(sources: Readonly<Record<Source, unknown>>) {
  return (source: Source, selection: Selection = {}): Trigger => {
    if (!Object.hasOwn(sources, source)) throw new Error(`"${source}" is no webhook source of src/app/webhooks.ts.`);
    return webhook(source, selection);
  };
}
