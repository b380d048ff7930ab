export const handlers = { inventory: {} };
export const stepsOfOthers = {};
