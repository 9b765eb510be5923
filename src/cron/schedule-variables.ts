/**
 * Which variables the pipelines' schedules read, and what is wrong with those: found by asking each schedule for its
 * inputs before any is due.
 */
import { checkInput } from "../pipelines/check-input.ts";
import type { Pipeline, PipelineVariables, Trigger } from "../pipelines/define.ts";

interface ScheduleVariables {
  /** The names of all that were read, set or not. */
  readonly read: readonly string[];
  readonly problems: readonly { readonly variable: string; readonly fault: string }[];
}

export function checkScheduleVariables(
  pipelines: readonly Pipeline[],
  variables: PipelineVariables,
): ScheduleVariables {
  const found = pipelines.flatMap((pipeline) =>
    pipeline.triggers.map((trigger) => (trigger.kind === "cron" ? checkSchedule(pipeline, trigger, variables) : NONE)),
  );
  return { read: found.flatMap(({ read }) => read), problems: found.flatMap(({ problems }) => problems) };
}

const NONE: ScheduleVariables = { read: [], problems: [] };

/** Inputs that are wrong without any variable are a fault of the pipeline's code: its run reports them. */
function checkSchedule(
  pipeline: Pipeline,
  schedule: Extract<Trigger, { kind: "cron" }>,
  variables: PipelineVariables,
): ScheduleVariables {
  const { proxy, read } = watchReads(variables);
  const fault = findFault(pipeline, () => schedule.inputs(proxy));
  const set = [...read].filter((name) => Object.hasOwn(variables, name));
  const problems = fault === null ? [] : set.map((variable) => ({ variable, fault: withoutName(fault, variable) }));
  return { read: [...read], problems };
}

function findFault(pipeline: Pipeline, makeInputs: () => readonly unknown[]): string | null {
  try {
    const checks = makeInputs().map((raw) => checkInput(pipeline, raw));
    const [issue] = checks.flatMap((checked) => (checked.kind === "unfit" ? checked.issues : []));
    if (issue === undefined) return null;
    return `does not suit the pipeline ${pipeline.name}: ${issue.path === "" ? "" : `${issue.path}: `}${issue.message}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The sentence's rest, when a pipeline's own message begins with the variable's name. */
function withoutName(message: string, variable: string): string {
  return message.startsWith(`${variable} `) ? message.slice(variable.length + 1) : message;
}

function watchReads(variables: PipelineVariables) {
  const read = new Set<string>();
  const proxy = new Proxy(variables, {
    get(target, name) {
      if (typeof name === "string") read.add(name);
      return Reflect.get(target, name);
    },
  });
  return { proxy, read };
}
