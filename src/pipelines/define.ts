/**
 * What a pipeline is: code that the owner of a deployment writes in `src/app/pipelines.ts`. Its triggers say when it
 * runs and make its input; `run` says what it does, in steps that each happen once however often the machine dies.
 */
import type * as v from "valibot";
import type { Run } from "./run.ts";

export interface WebhookDelivery {
  /**
   * Parsed JSON (whole numbers beyond 2^53 as BigInts), or a form's fields. Verified, and still not to be trusted
   * further than its sender.
   */
  readonly payload: unknown;
  /** The sender's word for what happened, where it says it. */
  readonly eventType: string | null;
}

/** Variables whose names begin with `PIPELINE_`, by their whole names. */
export type PipelineVariables = Readonly<Record<string, string>>;

export type Trigger =
  /** One run for each of the inputs. The expression must stand in `wrangler.toml`. UTC. */
  | {
      readonly kind: "cron";
      readonly cron: string;
      readonly inputs: (variables: PipelineVariables) => readonly unknown[];
    }
  | {
      readonly kind: "webhook";
      /** A name in `src/app/webhooks.ts`. */
      readonly source: string;
      /** Deliveries that are none of this pipeline's business; all are, where it is not given. */
      readonly when?: (delivery: WebhookDelivery) => boolean;
      /** From the sender's payload to what the input's schema takes. */
      readonly input: (delivery: WebhookDelivery) => unknown;
    };

/** What a pipeline is to the rest of the code: its input has been checked against its own schema. */
export interface Pipeline {
  /** Lower-case letters, digits and hyphens: a segment of its routes. */
  readonly name: string;
  /** One sentence, shown at `GET /pipelines`. */
  readonly description: string;
  readonly triggers: readonly Trigger[];
  readonly input: v.GenericSchema;
  /** Generations at a time, over all runs of this pipeline. */
  readonly concurrency: number;
  /** Charged calls in one run: one more fails the run. */
  readonly maxCharges: number;
  /**
   * The agent that an input is about. A client confined to some agents may start the pipeline for those alone; where
   * this is null, not at all.
   */
  readonly agent: ((input: unknown) => string) | null;
  /** Runs whose inputs give the same word go one after the other; where this is null, side by side. */
  readonly exclusive: ((input: unknown) => string) | null;
  readonly run: (run: Run<unknown>) => Promise<unknown>;
}

/** What its owner writes: `input` is a valibot schema, and types what `agent` and `run` get. */
interface Definition<Schema extends v.GenericSchema>
  extends Pick<Pipeline, "name" | "description">,
    Partial<Pick<Pipeline, "triggers" | "concurrency" | "maxCharges">> {
  readonly input: Schema;
  readonly agent?: (input: v.InferOutput<Schema>) => string;
  readonly exclusive?: (input: v.InferOutput<Schema>) => string;
  readonly run: (run: Run<v.InferOutput<Schema>>) => Promise<unknown>;
}

/** Null when there is none of this name. */
export function findPipeline(pipelines: readonly Pipeline[], name: string): Pipeline | null {
  return pipelines.find((pipeline) => pipeline.name === name) ?? null;
}

const DEFAULTS = { triggers: [], concurrency: 4, maxCharges: 100, agent: null, exclusive: null } as const;

/** Throws when the definition can't work: at start, not in the first run. */
export function definePipeline<const Schema extends v.GenericSchema>(definition: Definition<Schema>): Pipeline {
  const pipeline = { ...DEFAULTS, ...definition } as unknown as Pipeline;
  const { name, concurrency, maxCharges } = pipeline;
  if (!/^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/.test(name)) {
    throw new Error(`"${name}" is no name for a pipeline: use lower-case letters, digits and hyphens.`);
  }
  if (!(concurrency >= 1) || !(maxCharges >= 0)) {
    throw new Error(`The pipeline ${name} needs a concurrency of at least 1 and a maxCharges of at least 0.`);
  }
  return pipeline;
}

/** Starts a run for each of the inputs whenever the cron expression fires. */
export function cron(expression: string, inputs: Extract<Trigger, { kind: "cron" }>["inputs"] = () => [{}]): Trigger {
  return { kind: "cron", cron: expression, inputs };
}

/** Starts a run for each delivery of a source; by default the payload is the input. */
export function webhook(
  source: string,
  {
    when,
    input = ({ payload }) => payload,
  }: Partial<Pick<Extract<Trigger, { kind: "webhook" }>, "when" | "input">> = {},
): Trigger {
  return { kind: "webhook", source, input, ...(when ? { when } : {}) };
}
