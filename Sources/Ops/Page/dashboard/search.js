// The search box: a real job on the lane `search`.
import { ApiError, read } from './api.js';
import { change } from './dialogs.js';
import { byId, element, meter, setMeter, setText } from './dom.js';
import { count, counted, milliseconds } from './format.js';

const WAIT = '20s';
const ASKED_AGAIN = 40;

const pause = (time) => new Promise((resume) => setTimeout(resume, time));

function plain(value) {
    return typeof value === 'string' ? value : JSON.stringify(value);
}

/** One memory. Everything in it is text, whatever it looks like. */
function result({ id, score, payload }, index) {
    const bar = meter();
    setMeter(bar, score, 'calm');
    const { content, _memoir: own, ...rest } = payload ?? {};
    const facts = Object.entries(rest).slice(0, 12).map(([name, value]) => element('div', {}, element('dt', {}, name), element('dd', {}, plain(value))));
    return element('li', { class: 'result' },
        element('div', { class: 'score' }, element('span', { class: 'rank', 'aria-hidden': 'true' }, `${index + 1}`), element('strong', {}, score.toFixed(4)), bar),
        element('div', { class: 'memory' },
            element('p', { class: 'content' }, plain(content ?? '(no content)')),
            facts.length ? element('dl', { class: 'chips' }, ...facts) : null,
            element('details', {}, element('summary', {}, 'Payload', element('span', { class: 'note id' }, id)), element('pre', { tabindex: '0' }, JSON.stringify(payload, null, 2)))));
}

export class Search {
    #number = 0;

    constructor() {
        this.form = byId('search-form');
        this.form.addEventListener('submit', (event) => { event.preventDefault(); this.#search(); });
        this.form.addEventListener('input', () => this.#complain(''));
    }

    /** The first collection is a good guess. */
    update(stats) {
        const field = this.form.elements.collection;
        const [first] = Object.keys(stats.collections);
        if (!this.isGuessed && first && !field.value && document.activeElement !== field) {
            field.value = first;
            this.isGuessed = true;
        }
    }

    #complain(text) {
        setText(byId('search-error'), text);
        byId('search-error').hidden = !text;
    }

    #job() {
        const value = (name) => this.form.elements[name].value.trim();
        const job = { type: 'search', collection: value('collection'), query: value('query'), top_k: Number(value('top_k')) };
        if (value('tenant')) job.tenant = value('tenant');
        if (!value('filters')) return job;
        try {
            job.filters = JSON.parse(value('filters'));
        } catch (error) {
            throw new ApiError(0, 'invalid_filters', `The filters are no JSON: ${error.message}`);
        }
        if (job.filters === null || typeof job.filters !== 'object' || Array.isArray(job.filters)) throw new ApiError(0, 'invalid_filters', 'The filters are a JSON object, such as {"matched": false}');
        return job;
    }

    async #search() {
        const number = ++this.#number;
        this.#complain('');
        setText(byId('search-status'), 'Searching…');
        byId('search-results').setAttribute('aria-busy', 'true');
        try {
            const job = this.#job();
            const answer = await change(`/api/jobs?wait=${WAIT}`, job, 'To run a search');
            if (number !== this.#number) return;
            if (!answer) setText(byId('search-status'), '');
            else this.#show(job, answer.status === 202 ? await this.#later(answer.body.id, number) : answer.body);
        } catch (error) {
            if (!(error instanceof ApiError)) throw error;
            if (number !== this.#number) return;
            // What was found for another question is no answer to this one.
            byId('search-results').replaceChildren();
            setText(byId('search-status'), '');
            this.#complain(error.message);
        } finally {
            if (number === this.#number) byId('search-results').removeAttribute('aria-busy');
        }
    }

    /** The job waits in its lane: its result is asked for until it is there. */
    async #later(id, number) {
        for (let tried = 0; tried < ASKED_AGAIN && number === this.#number; tried += 1) {
            setText(byId('search-status'), `Job ${id} still waits: is the lane paused, or no worker there?`);
            await pause(1_500);
            try {
                return await read(`/api/jobs/${encodeURIComponent(id)}`);
            } catch (error) {
                if (error.status !== 404) throw error;
            }
        }
        throw new ApiError(0, 'no_result', `Job ${id} has no result yet. It is kept and will be answered.`);
    }

    #show(job, envelope) {
        const list = byId('search-results');
        if (envelope.status !== 'ok') {
            list.replaceChildren();
            setText(byId('search-status'), '');
            this.#complain(`${envelope.error?.code ?? envelope.status}: ${envelope.error?.message ?? 'no reason was given'}`);
            return;
        }
        const { results } = envelope.result;
        const { queued, embedding, store, total } = envelope.timings_ms ?? {};
        const parts = [['queued', queued], ['embedding', embedding], ['Qdrant', store]].filter(([, time]) => typeof time === 'number').map(([name, time]) => `${name} ${milliseconds(time)}`);
        setText(byId('search-status'), `${results.length ? counted(results.length, 'result') : 'Nothing was found'} in ${milliseconds(total)}${parts.length ? ` (${parts.join(', ')})` : ''}${envelope.attempts > 1 ? `, ${count(envelope.attempts)} attempts` : ''}`);
        list.replaceChildren(...results.map(result));
        if (results.length === 0) {
            // Nobody would think of it: what a tenant has is found only under its name.
            list.append(element('li', { class: 'note' }, job.tenant ? `Only memories of the tenant ${job.tenant} were searched.` : 'Only memories without a tenant were searched: name one to search its own.'));
        }
    }
}
