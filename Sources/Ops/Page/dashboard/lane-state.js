// What one lane is doing, from its figures and its last hour.

// Fewer waiting jobs than this are no backlog, however the rates compare.
const BACKLOG = 100;
// Whoever waits this long while nothing, or next to nothing, leaves is not kept up with.
const STANDSTILL = 30_000;
const LOOKED_BACK = 120_000;

export const LANES = ['search', 'save', 'embed', 'bulk'];

/** How many waited about two minutes ago; null where nobody knows. */
function before(samples, name) {
    const newest = samples.at(-1)?.time_ms;
    const sample = samples.findLast((each) => each.time_ms <= newest - LOOKED_BACK);
    return sample?.lanes[name]?.undelivered ?? null;
}

function grows(lane, name, samples) {
    if (lane.undelivered < BACKLOG || typeof lane.drain_ms === 'number') return false;
    if (lane.came_per_s === null || lane.came_per_s <= lane.left_per_s) return false;
    const earlier = before(samples, name);
    return earlier === null || lane.undelivered > earlier * 1.1;
}

/** `{kind, label, tone}`; the tone is `good`, `calm`, `warning` or `critical`. */
export function laneState(name, lane, samples) {
    if (lane.bound && lane.entries >= lane.bound) return { kind: 'full', label: 'Full', tone: 'critical' };
    if (lane.paused_since) return { kind: 'paused', label: 'Paused', tone: 'warning' };
    if (lane.undelivered > 0 && lane.left_per_s === 0 && lane.oldest_ms > STANDSTILL) {
        return { kind: 'still', label: 'Stands still', tone: 'critical' };
    }
    if (grows(lane, name, samples)) return { kind: 'growing', label: 'Falls behind', tone: 'critical' };
    if (lane.undelivered >= BACKLOG && lane.drain_ms > 5_000) return { kind: 'draining', label: 'Catching up', tone: 'calm' };
    if (lane.oldest_ms > STANDSTILL && lane.entries > lane.left_per_s * (STANDSTILL / 1_000)) {
        return { kind: 'held', label: 'Held up', tone: 'warning' };
    }
    if (!lane.entries && !lane.came_per_s) return { kind: 'idle', label: 'Idle', tone: 'calm' };
    return { kind: 'good', label: 'Keeps up', tone: 'good' };
}
