const ACTIVE = new Set(["queued", "running", "paused"]);
const RERUNNABLE = new Set(["failed", "stopped"]);

export const isActive = (state: string) => ACTIVE.has(state);
export const isRerunnable = (state: string) => RERUNNABLE.has(state);
