// SPDX-License-Identifier: AGPL-3.0-or-later
// Each parser throws a WrongValue: the end of a sentence that begins with the name of the variable, « PORT must be … ».
import { accessSync, constants, readFileSync, statSync } from 'node:fs'
import { isIP } from 'node:net'
import { resolve } from 'node:path'

const shortestSecret = 32
const longestName = 253
/** Of the part before the `@`, so that a plus and a token of 32 characters fit in the 64 of RFC 5321. */
const longestMailbox = 31

/** `text` is a key under `cli.setting`. */
type Said = { text: string; values: Record<string, string> }

export class WrongValue extends Error {
  readonly said: readonly Said[]

  /** `text`: a key under `cli.setting`, or several of them with their values. */
  constructor(text: string | readonly Said[], values: Record<string, string> = {}) {
    super('wrong value')
    this.said = typeof text === 'string' ? [{ text, values }] : text
  }
}

export function parsePort(value: string): number {
  const port = Number(value)
  if (!/^\d{1,5}$/.test(value) || port < 1 || port > 65535) throw new WrongValue('port')
  return port
}

export function parseProcesses(value: string): number {
  if (!/^\d{1,2}$/.test(value) || Number(value) < 1 || Number(value) > 32) throw new WrongValue('processes')
  return Number(value)
}

export function parseOrigin(value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (!url || !['http:', 'https:'].includes(url.protocol)) {
    throw new WrongValue('address', { example: 'https://benevolat.example' })
  }
  if (url.username || url.password) throw new WrongValue('with_password')
  if (url.pathname !== '/' || url.search || url.hash || /[?#]$/.test(value)) {
    throw new WrongValue('only_origin', { origin: url.origin })
  }
  return url.origin
}

export function parseLink(value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (!url || !['http:', 'https:'].includes(url.protocol)) {
    throw new WrongValue('address', { example: 'https://forge.example/us/mainforte' })
  }
  if (url.username || url.password) throw new WrongValue('with_password')
  return url.href
}

/** The message never repeats the value. */
export function parseSecret(value: string): string {
  const secret = value.trim()
  if (secret.length < shortestSecret) throw new WrongValue('short_secret', { count: `${shortestSecret}` })
  return secret
}

export function contents(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new WrongValue('unread_file', { file, why: String((error as NodeJS.ErrnoException).code) })
  }
}

export function parseHost(value: string): string {
  const host = bare(value)
  if (!isIP(host) && !isHostName(host)) throw new WrongValue('host')
  return host
}

export function parseSmtp(value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (!url || !['smtp:', 'smtps:'].includes(url.protocol) || !url.hostname) {
    throw new WrongValue('smtp')
  }
  return value
}

export function parseSender(value: string): string {
  const address = /^(?:[^<>\r\n]*<)?([^<>\s@]+@[^<>\s@]+?)>?$/.exec(value)?.[1]
  if (!address || value.includes('<') !== value.endsWith('>')) {
    throw new WrongValue('sender', { example: 'Les Jardins du Canal <bonjour@jardins.example>' })
  }
  return value
}

/** @returns it in lower case. */
export function parseReplies(value: string): string {
  const [, mailbox = ''] = /^([a-z0-9][a-z0-9._-]*)@[a-z0-9-]+(?:\.[a-z0-9-]+)*$/i.exec(value) ?? []
  if (mailbox === '' || mailbox.length > longestMailbox)
    throw new WrongValue('replies', { example: 'reponses@jardins.example', most: `${longestMailbox}` })
  return value.toLowerCase()
}

/** A folder that is there, in which files can be read and moved. @returns its absolute path. */
export function parseMailbox(value: string): string {
  const folder = resolve(value)
  try {
    if (!statSync(folder).isDirectory()) throw Object.assign(new Error('not a folder'), { code: 'ENOTDIR' })
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (error) {
    throw new WrongValue('mailbox', { folder, why: String((error as NodeJS.ErrnoException).code) })
  }
  return folder
}

export function parseNetwork(value: string): string {
  const [address = '', prefix, ...rest] = value.split('/')
  const bits = { 0: 0, 4: 32, 6: 128 }[isIP(address)] ?? 0
  if (bits === 0 || rest.length > 0) throw new WrongValue('network', { value })
  if (prefix === undefined) return value
  if (!/^\d{1,3}$/.test(prefix) || Number(prefix) > bits) throw new WrongValue('network_length', { value })
  if (Number(prefix) === 0) throw new WrongValue('any_network', { value })
  return value
}

export function parseHostPort(value: string): string {
  const [, host = '', port = ''] = /^(.+):(\d{1,5})$/.exec(value) ?? []
  const isHost = host.startsWith('[') ? isIP(bare(host)) === 6 : isIP(host) === 4 || isHostName(host)
  if (!isHost || Number(port) < 1 || Number(port) > 65535) throw new WrongValue('host_port', { value })
  return `${host.toLowerCase()}:${Number(port)}`
}

export function parseInstant(value: string): string {
  const form = /^(\d{4}-\d\d-\d\d)T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/.exec(value)
  // Date rolls 30 February over into March instead of refusing it.
  const isRealDay = form?.[1] !== undefined && isoDay(form[1]) === form[1]
  const time = Date.parse(value)
  if (!isRealDay || Number.isNaN(time)) throw new WrongValue('instant')
  return new Date(time).toISOString()
}

function isoDay(day: string): string | undefined {
  const time = Date.parse(`${day}T00:00:00Z`)
  return Number.isNaN(time) ? undefined : new Date(time).toISOString().slice(0, 10)
}

export function oneOf<T extends string>(allowed: readonly T[]): (value: string) => T {
  return (value) => {
    const found = allowed.find((one) => one === value.toLowerCase())
    if (!found) throw new WrongValue('one_of', { values: allowed.join(', ') })
    return found
  }
}

export function listOf(parse: (value: string) => string): (value: string) => readonly string[] {
  return (value) => {
    const faults: Said[] = []
    const parts = value.split(',').map((part) => part.trim())
    const items = parts.filter(Boolean).map((part) => {
      try {
        return parse(part)
      } catch (error) {
        faults.push(...(error as WrongValue).said)
        return part
      }
    })
    if (faults.length > 0) throw new WrongValue(faults)
    return items
  }
}

function isHostName(value: string): boolean {
  return value.length <= longestName && /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/i.test(value)
}

export function bare(hostname: string): string {
  return hostname.replace(/^\[(.*)\]$/, '$1')
}

export function isLoopback(hostname: string): boolean {
  return /^(localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname)
}

/** Three months at least, so that nobody is erased during a summer; ten years at most. */
export function parseMonths(value: string): number {
  const months = /^\d{1,3}$/.test(value) ? Number(value) : 0
  if (months < 3 || months > 120) throw new WrongValue('months')
  return months
}

export function parseUndo(value: string): number {
  if (!/^\d{1,3}$/.test(value) || Number(value) > 600) throw new WrongValue('undo')
  return Number(value)
}
