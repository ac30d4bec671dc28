// Figures as people read them. What nobody can tell is a dash.
import { now } from './server-time.js';

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 });
const rough = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 0 });

export const NONE = '–';

const known = (value) => typeof value === 'number' && Number.isFinite(value);

export const count = (value) => (known(value) ? whole.format(value) : NONE);

/** From a million on as 1.2M: the place it stands in has a width. */
export const compact = (value) => (!known(value) ? NONE : Math.abs(value) < 1_000_000 ? whole.format(value) : short.format(value));

/** From ten thousand on as 12K: where there is next to no room. */
export const brief = (value) => (known(value) && value >= 10_000 ? rough.format(value) : count(value));

/** `1 job`, `2 jobs`. */
export const counted = (value, noun, plural = `${noun}s`) => `${count(value)} ${value === 1 ? noun : plural}`;

export const perSecond = (value) => (known(value) ? `${value > 0 && value < 10 ? Number(value.toFixed(1)) : whole.format(value)}/s` : NONE);

/** What is little is not nothing, and what is nearly all is not all. */
export function percent(value, digits = 1) {
    if (!known(value)) return NONE;
    const least = 10 ** -digits;
    if (value > 0 && value < least / 2) return `<${least} %`;
    if (value < 100 && value >= 100 - least / 2) return `>${100 - least} %`;
    return `${value.toFixed(Number.isInteger(value) ? 0 : digits)} %`;
}

export function milliseconds(value) {
    if (!known(value)) return NONE;
    if (value < 1) return value <= 0 ? '0 ms' : `${value.toFixed(2)} ms`;
    if (value < 10) return `${value.toFixed(1).replace(/\.0$/, '')} ms`;
    if (value < 1_000) return `${Math.round(value)} ms`;
    if (value < 60_000) return `${(value / 1_000).toFixed(1)} s`;
    return span(value);
}

/** Long times in two units: `2 h 3 min`. */
export function span(value) {
    if (!known(value)) return NONE;
    const seconds = Math.max(0, Math.round(value / 1_000));
    const units = [['d', 86_400], ['h', 3_600], ['min', 60], ['s', 1]];
    const first = units.findIndex(([, size]) => seconds >= size);
    if (first < 0) return '0 s';
    const [name, size] = units[first];
    const [nextName, nextSize] = units[first + 1] ?? [];
    const rest = nextSize ? Math.floor((seconds % size) / nextSize) : 0;
    return `${Math.floor(seconds / size)} ${name}${rest ? ` ${rest} ${nextName}` : ''}`;
}

export const microseconds = (value) => (known(value) ? milliseconds(value / 1_000) : NONE);

export function dollars(value) {
    if (!known(value)) return NONE;
    const digits = value === 0 || value >= 1 ? 2 : value >= 0.01 ? 3 : 5;
    return `$${value.toLocaleString('en', { minimumFractionDigits: Math.min(digits, 2), maximumFractionDigits: digits })}`;
}

export function bytes(value) {
    if (!known(value)) return NONE;
    if (value < 1_048_576) return `${Math.round(value / 1_024)} KiB`;
    return value < 1_073_741_824 ? `${Math.round(value / 1_048_576)} MiB` : `${(value / 1_073_741_824).toFixed(1)} GiB`;
}

const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });

export const clock = (value) => time.format(value);

/** The time where it was today, day and time where it was not. */
export function moment(value) {
    if (!known(value)) return NONE;
    const date = new Date(value);
    return date.toDateString() === new Date(now()).toDateString() ? clock(value) : `${day.format(date)} ${clock(value)}`;
}

/** The number in a field of a heartbeat, which may be a text or empty. */
export function figure(value) {
    const number = typeof value === 'string' && value !== '' ? Number(value) : value;
    return known(number) ? number : null;
}
