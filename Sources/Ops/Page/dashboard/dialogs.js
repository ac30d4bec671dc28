// The token, questions before something is done, and notices of what was done.
import { ApiError, post, token } from './api.js';
import { byId, element, setText } from './dom.js';
import { count } from './format.js';

const NOTICE = 8_000;

/** A notice at the edge of the page; what went wrong stays until it is closed. */
export function notice(text, tone = 'good') {
    const close = element('button', { type: 'button', class: 'quiet', 'aria-label': 'Close the notice', onclick: () => node.remove() }, '✕');
    const node = element('div', { class: 'notice', 'data-tone': tone, role: tone === 'good' ? 'status' : 'alert' }, element('span', {}, text), close);
    const frame = byId('notices');
    while (frame.childElementCount >= 4) frame.firstChild.remove();
    frame.append(node);
    if (tone === 'good') setTimeout(() => node.remove(), NOTICE);
}

/** Whether the worker takes the token: it is asked to replay nothing. */
async function refusal(candidate) {
    try {
        await post('/api/dead/replay', { ids: [] }, candidate);
    } catch (error) {
        if (error.isAboutToken) return 'it is not the token of this worker.';
        if (error instanceof ApiError && (error.status === 403 || error.status === 0)) return error.message;
    }
    return null;
}

class TokenDialog {
    #answer = null;

    constructor() {
        this.dialog = byId('token-dialog');
        this.input = byId('token-input');
        byId('token-form').addEventListener('submit', (event) => { event.preventDefault(); this.#save(); });
        byId('token-cancel').addEventListener('click', () => this.dialog.close());
        byId('token-forget').addEventListener('click', () => { token.value = ''; this.dialog.close(); });
        byId('token-button').addEventListener('click', () => this.ask('Whatever changes something needs it: pausing, replaying, purging, searching.'));
        this.dialog.addEventListener('close', () => {
            this.input.value = '';
            this.#answer?.(Boolean(token.value) && this.isSaved);
            this.#answer = null;
        });
        document.addEventListener('memoir-token', () => this.#show());
        this.#show();
    }

    #show() {
        setText(byId('token-state'), token.value ? 'Unlocked' : 'Read only');
        byId('token-button').dataset.open = String(Boolean(token.value));
        byId('token-button').title = token.value ? 'This tab has a token: it may change things' : 'Without a token nothing can be changed from here';
    }

    /** Answers whether there is a token now. */
    ask(why, error = '') {
        this.isSaved = false;
        setText(byId('token-why'), why);
        this.#complain(error);
        byId('token-forget').hidden = !token.value;
        if (!this.dialog.open) this.dialog.showModal();
        this.input.focus();
        return new Promise((resolve) => { this.#answer = resolve; });
    }

    #complain(text) {
        setText(byId('token-error'), text);
        byId('token-error').hidden = !text;
        this.input.setAttribute('aria-invalid', String(Boolean(text)));
    }

    async #save() {
        const candidate = this.input.value.trim();
        if (!candidate) return this.#complain('Type the token first.');
        byId('token-save').disabled = true;
        const problem = await refusal(candidate);
        byId('token-save').disabled = false;
        if (problem) return this.#complain(`Not taken: ${problem}`);
        token.value = candidate;
        this.isSaved = true;
        this.dialog.close();
    }
}

export const tokenDialog = new TokenDialog();

/**
 * Sends a change, and asks for the token where there is none or it is refused.
 * @param what such as `To pause a lane`: why the token is asked for.
 * @returns `{status, body}`, or null where somebody thought better of it. Throws ApiError.
 */
export async function change(path, body, what) {
    const why = `${what}, this page needs it.`;
    if (!token.value && !(await tokenDialog.ask(why))) return null;
    for (;;) {
        try {
            return await post(path, body);
        } catch (error) {
            if (!(error instanceof ApiError) || !error.isAboutToken) throw error;
            token.value = '';
            if (!(await tokenDialog.ask(why, 'Not taken: it is not the token of this worker any more.'))) return null;
        }
    }
}

/**
 * Asks before something is done, and stays open while it is.
 * `work(progress, isStopped)` does it: it calls `progress(done)` and ends early when `isStopped()`. `total` is null where
 * nobody knows how many there are.
 * @returns once it is done or the answer was no; throws what `work` throws.
 */
export function confirmed({ title, text, which, verb, total, isDangerous, work }) {
    const dialog = byId('confirm-dialog');
    const [go, cancel, bar] = [byId('confirm-go'), byId('confirm-cancel'), byId('confirm-bar')];
    setText(byId('confirm-title'), title);
    setText(byId('confirm-text'), text);
    setText(byId('confirm-which'), which ?? '');
    byId('confirm-which').hidden = !which;
    byId('confirm-progress').hidden = true;
    setText(go, verb);
    go.className = isDangerous ? 'danger solid' : 'primary';
    setText(cancel, 'Cancel');
    go.disabled = false;
    dialog.showModal();
    cancel.focus();
    return new Promise((resolve, reject) => {
        let stopped = false;
        let isRunning = false;
        const progress = (done) => {
            bar.hidden = total === null;
            bar.max = Math.max(1, total);
            bar.value = Math.min(done, total);
            setText(byId('confirm-done'), total === null ? `${count(done)} so far` : `${count(done)} of ${count(total)}`);
        };
        const finish = (settle, value) => {
            go.onclick = cancel.onclick = dialog.onclose = dialog.oncancel = null;
            if (dialog.open) dialog.close();
            settle(value);
        };
        cancel.onclick = () => {
            if (!isRunning) return finish(resolve, null);
            stopped = true;
            setText(cancel, 'Stopping…');
        };
        // Escape stops what is under way, and does not hide it.
        dialog.oncancel = (event) => { event.preventDefault(); cancel.click(); };
        dialog.onclose = () => { stopped = true; if (!isRunning) finish(resolve, null); };
        go.onclick = async () => {
            isRunning = true;
            go.disabled = true;
            setText(cancel, 'Stop');
            byId('confirm-progress').hidden = false;
            progress(0);
            try {
                finish(resolve, await work(progress, () => stopped));
            } catch (error) {
                finish(reject, error);
            }
        };
    });
}
