// SPDX-License-Identifier: AGPL-3.0-or-later
// One line per event. Never bodies, mails, names or tokens.

export type Level = 'debug' | 'info' | 'warn' | 'error' | 'silent'
type Facts = Record<string, string | number | boolean | null | undefined>
export type Log = Record<'debug' | 'info' | 'warn' | 'error', (what: string, facts?: Facts) => void>

const ORDER: Level[] = ['debug', 'info', 'warn', 'error', 'silent']

// A line break inside a value would let a sender forge a line of the log.
const plain = (value: unknown) => String(value).replaceAll(/[\u0000-\u001f\u007f\u2028\u2029]/g, ' ')

export function createLog(
  level: Level,
  format: 'plain' | 'json',
  clock: { iso(): string },
  write: (line: string) => void = (line) => void process.stdout.write(line),
): Log {
  const at =
    (name: Level) =>
    (what: string, facts: Facts = {}) => {
      if (ORDER.indexOf(name) < ORDER.indexOf(level)) return
      if (format === 'json') return write(JSON.stringify({ at: clock.iso(), level: name, what, ...facts }) + '\n')
      const rest = Object.entries(facts).filter(([, value]) => value !== undefined && value !== null)
      write([clock.iso(), name, plain(what), ...rest.map(([key, value]) => `${key}=${plain(value)}`)].join(' ') + '\n')
    }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}
