import * as v from "valibot";
import { cron, definePipeline } from "../../src/pipelines/define.ts";

export const weekdayLine = definePipeline({
  name: "weekday-line",
  description: "Writes a line into a cell each weekday.",
  triggers: [cron("0 9 * * MON-FRI", () => [{ agent_id: "42", sheet: "101", cell: "10111", topic: "bread" }])],
  input: v.object({ agent_id: v.string(), sheet: v.string(), cell: v.string(), topic: v.string() }),
  agent: ({ agent_id }) => agent_id,
  run: async (run) => {
    const { agent_id, sheet, cell, topic } = run.input;
    const line = await run.generate("write", "cells.generate", {
      params: { sheet, cell },
      query: { agent_id },
      body: { generation_type: "text", data: { prompt: `A line about ${topic}` } },
    });
    await run.notify("done", { text: line.result });
    return { text: line.result };
  },
});
