// Replays and purges: asks, sends as many requests as it takes, and tells what was done.
import { ApiError } from './api.js';
import { change, confirmed, notice } from './dialogs.js';
import { count, counted } from './format.js';

// The worker changes so many with one request.
const AT_ONCE = 1_000;
const DONE = { replay: 'replayed', purge: 'purged' };
const TEXTS = {
    replay: 'Their jobs go back to their lanes under the same ids, with all attempts anew. What fails again becomes a dead letter again.',
    purge: 'They are removed for good, and their jobs are not run again.',
};

/** Of one replay or purge, added up over several calls. */
class Outcome {
    done = 0;
    gone = 0;
    // Why each of them stays, by letter: another call tells of the same ones again.
    refused = new Map();
    full = null;

    constructor(verb) {
        this.verb = verb;
    }

    add(body) {
        this.done += body[DONE[this.verb]];
        this.gone += body.gone;
        for (const { id, reason } of body.refused) this.refused.set(id, reason);
        this.full ??= body.full;
    }

    get text() {
        const parts = [`${counted(this.done, 'dead letter')} ${DONE[this.verb]}`];
        if (this.gone) parts.push(`${count(this.gone)} were gone meanwhile`);
        if (this.refused.size) parts.push(`${count(this.refused.size)} stay: the first ${[...this.refused.values()][0]}`);
        if (this.full) parts.push(`stopped: ${this.full}`);
        return `${parts.join('; ')}.`;
    }

    get handled() { return this.done + this.gone + this.refused.size; }

    get isWhole() { return this.refused.size === 0 && !this.full; }
}

/** Asks, runs `work`, tells what was done. Answers how many letters were handled, whatever became of them. */
async function perform(verb, question, work) {
    const outcome = new Outcome(verb);
    const send = async (body) => {
        const answer = await change(`/api/dead/${verb}`, body, `To ${verb} dead letters`);
        if (answer) outcome.add(answer.body);
        return answer?.body ?? null;
    };
    try {
        await confirmed({ text: TEXTS[verb], isDangerous: verb === 'purge', ...question, work: (progress, isStopped) => work({ send, progress, isStopped, outcome }) });
        if (outcome.handled > 0) notice(outcome.text, outcome.isWhole ? 'good' : 'warning');
    } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        notice(`${outcome.handled ? `${outcome.text} Then: ` : ''}${error.message}`, 'critical');
    }
    return outcome.handled;
}

const name = (verb) => (verb === 'purge' ? 'Purge' : 'Replay');

/** The letters with these ids. */
export function changeThese(verb, ids) {
    const question = { title: `${name(verb)} ${counted(ids.length, 'dead letter')}?`, verb: `${name(verb)} ${count(ids.length)}`, total: ids.length };
    return perform(verb, question, async ({ send, progress, isStopped }) => {
        for (let from = 0; from < ids.length && !isStopped(); from += AT_ONCE) {
            if (!(await send({ ids: ids.slice(from, from + AT_ONCE) }))) return;
            progress(Math.min(ids.length, from + AT_ONCE));
        }
    });
}

/**
 * All that match.
 * @param total of all letters, whether they match or not.
 * @param matching `{count, isExact}`, or null where nobody has counted.
 */
export function changeAll(verb, filter, { total, matching }) {
    const isKnown = matching?.isExact ?? false;
    const isAll = Object.keys(filter).length === 0;
    const which = isAll ? 'all dead letters, whatever their reason' : Object.entries(filter).map(([key, value]) => `${key} ${value}`).join(', ');
    const many = isKnown ? counted(matching.count, 'dead letter') : matching ? `${count(matching.count)} dead letters or more` : 'all dead letters that match';
    // Not more than were asked about: what fails again meanwhile comes back and would match again.
    const most = isKnown ? matching.count : total;
    const question = { title: `${name(verb)} ${many}?`, which: `Which: ${which}`, verb: `${name(verb)} ${isKnown ? count(matching.count) : 'all that match'}`, total: isKnown ? most : null };
    return perform(verb, question, async ({ send, progress, isStopped, outcome }) => {
        for (let rest = most; rest > 0 && !isStopped();) {
            const before = outcome.done + outcome.gone;
            const answer = await send({ filter, ...(isAll ? { all: true } : {}), limit: Math.min(AT_ONCE, rest) });
            if (!answer || !answer.more || answer.full || outcome.done + outcome.gone === before) return;
            rest = most - outcome.handled;
            progress(outcome.handled);
        }
    });
}
