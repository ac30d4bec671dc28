// What is wrong and what to do, in the order in which somebody should look at it. Pure: figures in, findings out.
import { clock, compact, counted, dollars, figure, milliseconds, moment, percent, perSecond, span } from './format.js';
import { LANES, laneState } from './lane-state.js';
import { now } from './server-time.js';

const ORDER = { critical: 0, warning: 1, note: 2 };
const NEARLY_FULL = 0.8;
const NEARLY_SPENT = 80;
const BUSY_LOOP_MICROSECONDS = 100_000;

/** Text between backticks is code. `link` is a part of the page, `lane` one that can be resumed at once. */
const finding = (key, severity, title, why, doThis, more = {}) => ({ key, severity, title, why, do: doThis, ...more });

/** Addresses and names of settings begin as they do. */
const sentence = (text) => `${text.replace(/^[a-z]+(?=[ ,])/, (word) => word.charAt(0).toUpperCase() + word.slice(1)).replace(/\.$/, '')}.`;

function connection(live) {
    if (live.kind === 'locked') {
        return [finding('locked', 'critical', 'This page may not read the figures', live.reason,
            'Give it the token of this worker.', { token: true })];
    }
    if (live.kind !== 'lost') return [];
    return [finding('lost', 'critical', `This page is not live since ${clock(live.since)}`,
        `${sentence(live.reason)} What stands below is from then.`,
        live.isToReload ? 'Reload it: the worker may be of another version.'
            : live.isAnswering ? 'The worker tries each second. See whether Redis runs; `memoir doctor` says more.'
                : 'It tries again by itself. See whether the worker runs, and what its log says last.')];
}

function fleet(stats) {
    if (stats.workers.length > 0) return [];
    return [finding('no-workers', 'critical', 'No worker shows a sign of life', 'Jobs are kept, and nobody runs them.',
        'Start one: `memoir worker`. If one runs, look at its log for `redis_` events.', { link: '#workers' })];
}

function services(stats) {
    const found = [];
    const names = { embedding: 'The embedding service', store: 'Qdrant' };
    for (const [service, name] of Object.entries(names)) {
        const hit = stats.workers.filter((worker) => worker[`${service}_problem`]);
        if (hit.length === 0) continue;
        const open = hit.filter((worker) => worker[`${service}_circuit`] !== 'closed');
        const retry = Math.min(...hit.map((worker) => figure(worker[`${service}_circuit_retry_at`]) ?? Infinity));
        const next = Number.isFinite(retry) && retry > now() ? ` Next try in ${milliseconds(Math.ceil((retry - now()) / 1_000) * 1_000)}.` : '';
        const where = stats.workers.length > 1 ? ` (${hit.length} of ${counted(stats.workers.length, 'worker')})` : '';
        const severity = open.length > 0 ? 'critical' : 'warning';
        const title = open.length > 0 ? `${name} cannot be used` : `${name} holds jobs up`;
        found.push(finding(`${service}-problem`, severity, title + where, `${sentence(hit[0][`${service}_problem`])}${next}`,
            'Jobs wait and lose no attempt; they go on by themselves. `memoir doctor` says what is wrong.', { link: '#workers' }));
    }
    const until = stats.provider.rate.wait_until_ms;
    if (until > now()) {
        found.push(finding('rate-limit', 'warning', 'The embedding service asks to wait',
            `It answered 429. Calls go out again at ${clock(until)}.`,
            'Nothing at once. If it comes back often, set `embeddings.requestsPerMinute`, or ask for a higher limit.', { link: '#figures' }));
    }
    return found;
}

function budget(stats) {
    const { daily_dollars: daily, spent_dollars: spent, state } = stats.cost.budget;
    const used = `${dollars(spent)} of ${dollars(daily)} are spent today.`;
    if (state === 'exceeded') {
        return [finding('budget', 'critical', 'The day’s budget is used up', `${used} Texts that are not cached are not embedded before 00:00 UTC.`,
            'Raise `embeddings.dailyBudget` and restart the workers, or wait.', { link: '#figures' })];
    }
    if (state === 'bulk_stopped') {
        return [finding('budget', 'warning', 'Bulk waits for the next day', `${used} What is left is kept for the other lanes.`,
            'Raise `embeddings.dailyBudget` and restart the workers, or wait.', { link: '#figures' })];
    }
    if (daily && (100 * spent) / daily >= NEARLY_SPENT) {
        return [finding('budget', 'note', 'The day’s budget is nearly used up', used, 'See which collection or tenant costs most.', { link: '#figures' })];
    }
    return [];
}

function laneFindings(name, lane, samples, isStaffed) {
    const waits = `${lane.undelivered_is === 'estimated' ? 'About ' : ''}${counted(lane.undelivered, 'job')} ${lane.undelivered === 1 ? 'waits' : 'wait'}`;
    const at = { link: '#lanes', on: name };
    const found = [];
    const { kind } = laneState(name, lane, samples);
    if (kind === 'full') {
        found.push(finding(`full-${name}`, 'critical', `${name} is full: producers are refused`, `It holds ${compact(lane.entries)} of ${compact(lane.bound)} jobs.`,
            lane.paused_since ? 'Resume it, or slow the producers down.' : 'Add workers, slow the producers down, or raise `queue.maximumLength`.', at));
    } else if (lane.bound && lane.entries >= lane.bound * NEARLY_FULL) {
        found.push(finding(`nearly-full-${name}`, 'warning', `${name} is ${percent((100 * lane.entries) / lane.bound, 0)} full`,
            `At ${compact(lane.bound)} jobs producers are refused.`, 'Add workers, or slow the producers down.', at));
    }
    if (lane.paused_since) {
        found.push(finding(`paused-${name}`, 'warning', `${name} is paused for ${span(now() - lane.paused_since)}`,
            `Since ${moment(lane.paused_since)}. ${waits}.`, 'Resume it when the reason is gone.', { ...at, lane: name }));
    } else if (kind === 'still' && isStaffed) {
        found.push(finding(`still-${name}`, 'critical', `${name} stands still`, `${waits}, the oldest for ${span(lane.oldest_ms)}; none has left in ten seconds.`,
            'See what the workers say of their circuits; then `memoir doctor`.', at));
    } else if (kind === 'growing') {
        found.push(finding(`growing-${name}`, 'critical', `${name} falls behind`,
            `${waits}; ${perSecond(lane.came_per_s)} come and ${perSecond(lane.left_per_s)} leave.`,
            'If circuits are closed and the service’s rate is not used up, start another worker.', at));
    }
    if (kind === 'held') {
        found.push(finding(`held-${name}`, 'warning', `${name} is held up`,
            `${counted(lane.entries, 'job')} ${lane.entries === 1 ? 'is' : 'are'} not done, the oldest for ${span(lane.oldest_ms)}; ${perSecond(lane.left_per_s)} leave.`,
            'See what the workers say of their circuits, and how long each stage takes.', at));
    }
    if (lane.orphaned > 0) {
        found.push(finding(`orphaned-${name}`, 'warning', `${counted(lane.orphaned, 'job')} of ${name} ${lane.orphaned === 1 ? 'was' : 'were'} left by workers that are gone`,
            'Living workers take them over when the lease is up.', isStaffed ? 'If the number stays, look for `reclaim` in the logs. See why the worker ended.' : 'Start a worker.', at));
    }
    return found;
}

function collections(stats) {
    const named = (...states) => Object.entries(stats.collections).filter(([, { status }]) => states.includes(status)).map(([name]) => name);
    const at = { link: '#figures' };
    const found = [];
    const missing = named('missing');
    if (missing.length > 0) {
        found.push(finding('missing', 'critical', `Not in Qdrant: ${missing.join(', ')}`, 'Their jobs wait.', 'Run `memoir bootstrap`.', at));
    }
    const red = named('red');
    if (red.length > 0) found.push(finding('red', 'critical', `Broken in Qdrant: ${red.join(', ')}`, 'Their status is red.', 'Look at Qdrant’s log.', at));
    const unknown = named('unknown');
    // Where calls to it fail, that has been said.
    if (unknown.length > 0 && !stats.workers.some((worker) => worker.store_problem)) {
        found.push(finding('unknown', 'warning', `Qdrant does not say how it is with ${unknown.join(', ')}`, sentence(stats.collections[unknown[0]].error ?? 'it did not answer'),
            'See whether Qdrant runs and answers.', at));
    }
    return found;
}

function rest(stats) {
    const found = [];
    const slow = stats.workers.filter((worker) => figure(worker.loop_delay_p99_us) > BUSY_LOOP_MICROSECONDS);
    if (slow.length > 0) {
        found.push(finding('loop', 'warning', `${slow[0].id} is short of CPU`,
            `Its event loop is late by ${milliseconds(figure(slow[0].loop_delay_p99_us) / 1_000)} (p99).`, 'Give it more CPU, or start a worker elsewhere.', { link: '#workers' }));
    }
    if (stats.dead > 0) {
        found.push(finding('dead', 'note', `${counted(stats.dead, 'dead letter')}`, stats.dead === 1 ? 'A job that failed for good.' : 'Jobs that failed for good.',
            'Look at the codes, mend the reason, then replay them.', { link: '#letters' }));
    }
    return found;
}

/** All findings, the gravest first. `stats` is null before the first figures. */
export function diagnose(stats, samples, live) {
    const found = connection(live);
    if (stats) {
        found.push(...fleet(stats), ...services(stats), ...budget(stats));
        for (const name of LANES) {
            if (stats.lanes[name]) found.push(...laneFindings(name, stats.lanes[name], samples, stats.workers.length > 0));
        }
        found.push(...collections(stats), ...rest(stats));
    }
    return found.map((each, index) => ({ each, index }))
        .sort((one, other) => ORDER[one.each.severity] - ORDER[other.each.severity] || one.index - other.index)
        .map(({ each }) => each);
}

/** `{tone, title, detail}` for the top of the page. */
export function verdict(stats, samples, live, findings) {
    if (!stats) {
        if (live.kind === 'connecting') return { tone: 'loading', title: 'Waiting for the first figures…', detail: 'The worker sends them each second.' };
        return { tone: 'critical', title: live.kind === 'locked' ? 'A token is needed' : 'No figures', detail: 'Nothing can be said about the lanes.' };
    }
    if (live.kind === 'lost' || live.kind === 'locked') {
        return { tone: 'critical', title: findings[0].title, detail: 'What it shows is old. What to do is below.' };
    }
    const lanes = LANES.filter((name) => stats.lanes[name]);
    const kinds = new Map(lanes.map((name) => [name, laneState(name, stats.lanes[name], samples).kind]));
    const behind = lanes.filter((name) => ['full', 'still', 'growing'].includes(kinds.get(name)));
    const sum = (field) => lanes.reduce((total, name) => total + (stats.lanes[name][field] ?? 0), 0);
    const flow = `${perSecond(sum('came_per_s'))} come, ${perSecond(sum('left_per_s'))} leave`;
    const grave = findings.filter((each) => each.severity === 'critical').length;
    const lesser = findings.filter((each) => each.severity === 'warning').length;
    if (behind.length > 0) {
        return { tone: 'critical', title: `Does not keep up: ${behind.join(', ')}`, detail: `${flow}. What to do is below.` };
    }
    if (grave > 0) return { tone: 'critical', title: grave === 1 ? findings[0].title : `${grave} things are wrong`, detail: `${flow}. What to do is below.` };
    if (lesser > 0) return { tone: 'warning', title: `Keeps up, with ${counted(lesser, 'thing')} to look at`, detail: `${flow}.` };
    if ([...kinds.values()].every((kind) => kind === 'idle')) {
        return { tone: 'good', title: findings.length > 0 ? 'Nothing waits' : 'All is well: nothing to do', detail: 'No job waits, and none is coming.' };
    }
    const catching = lanes.filter((name) => kinds.get(name) === 'draining');
    if (catching.length > 0) {
        const longest = Math.max(...catching.map((name) => stats.lanes[name].drain_ms));
        return { tone: 'good', title: `Catching up: ${catching.join(', ')}`, detail: `${flow}. At this rate the backlog is gone in ${span(longest)}.` };
    }
    return { tone: 'good', title: 'Keeps up', detail: `${flow}.` };
}
