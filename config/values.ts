// SPDX-License-Identifier: AGPL-3.0-or-later
// Each parser throws the end of a sentence that begins with the name of the variable: "PORT must be …".
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'

const shortestSecret = 32
const longestName = 253

export function parsePort(value: string): number {
  const port = Number(value)
  if (!/^\d{1,5}$/.test(value) || port < 1 || port > 65535) throw new Error('must be a whole number from 1 to 65535')
  return port
}

export function parseProcesses(value: string): number {
  if (!/^\d{1,2}$/.test(value) || Number(value) < 1 || Number(value) > 32)
    throw new Error('must be a whole number from 1 to 32')
  return Number(value)
}

export function parseOrigin(value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (!url || !['http:', 'https:'].includes(url.protocol)) {
    throw new Error('must be an address such as https://benevolat.example')
  }
  if (url.username || url.password) throw new Error('must not hold a name or a password')
  if (url.pathname !== '/' || url.search || url.hash || /[?#]$/.test(value)) {
    throw new Error(`must be only the origin, without a path: ${url.origin}`)
  }
  return url.origin
}

export function parseLink(value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (!url || !['http:', 'https:'].includes(url.protocol)) {
    throw new Error('must be an address such as https://forge.example/us/mainforte')
  }
  if (url.username || url.password) throw new Error('must not hold a name or a password')
  return url.href
}

/** The message never repeats the value. */
export function parseSecret(value: string): string {
  const secret = value.trim()
  if (secret.length < shortestSecret) throw new Error(`must hold at least ${shortestSecret} characters`)
  return secret
}

export function contents(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new Error(`cannot be read: ${file} (${(error as NodeJS.ErrnoException).code})`)
  }
}

export function parseHost(value: string): string {
  const host = bare(value)
  if (!isIP(host) && !isHostName(host)) throw new Error('must be an address or a host name, without a port')
  return host
}

export function parseSmtp(value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (!url || !['smtp:', 'smtps:'].includes(url.protocol) || !url.hostname) {
    throw new Error('must look like smtp://name:password@mail.example:587 (or smtps://…)')
  }
  return value
}

export function parseSender(value: string): string {
  const address = /^(?:[^<>\r\n]*<)?([^<>\s@]+@[^<>\s@]+?)>?$/.exec(value)?.[1]
  if (!address || value.includes('<') !== value.endsWith('>')) {
    throw new Error('must be a mail address, alone or as: Les Jardins du Canal <bonjour@jardins.example>')
  }
  return value
}

export function parseNetwork(value: string): string {
  const [address = '', prefix, ...rest] = value.split('/')
  const bits = { 0: 0, 4: 32, 6: 128 }[isIP(address)] ?? 0
  if (bits === 0 || rest.length > 0) throw new Error(`must list addresses or networks such as 10.0.0.0/8, not ${value}`)
  if (prefix === undefined) return value
  if (!/^\d{1,3}$/.test(prefix) || Number(prefix) > bits) throw new Error(`has a wrong network length: ${value}`)
  if (Number(prefix) === 0) throw new Error(`would let any visitor choose the address we see: ${value}`)
  return value
}

export function parseHostPort(value: string): string {
  const [, host = '', port = ''] = /^(.+):(\d{1,5})$/.exec(value) ?? []
  const isHost = host.startsWith('[') ? isIP(bare(host)) === 6 : isIP(host) === 4 || isHostName(host)
  if (!isHost || Number(port) < 1 || Number(port) > 65535) throw new Error(`must list host:port, not ${value}`)
  return `${host.toLowerCase()}:${Number(port)}`
}

export function parseInstant(value: string): string {
  const form = /^(\d{4}-\d\d-\d\d)T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/.exec(value)
  // Date rolls 30 February over into March instead of refusing it.
  const isRealDay = form?.[1] !== undefined && isoDay(form[1]) === form[1]
  const time = Date.parse(value)
  if (!isRealDay || Number.isNaN(time)) throw new Error('must be an instant such as 2026-11-22T08:00:00Z')
  return new Date(time).toISOString()
}

function isoDay(day: string): string | undefined {
  const time = Date.parse(`${day}T00:00:00Z`)
  return Number.isNaN(time) ? undefined : new Date(time).toISOString().slice(0, 10)
}

export function oneOf<T extends string>(allowed: readonly T[]): (value: string) => T {
  return (value) => {
    const found = allowed.find((one) => one === value.toLowerCase())
    if (!found) throw new Error(`must be one of ${allowed.join(', ')}`)
    return found
  }
}

export function listOf(parse: (value: string) => string): (value: string) => readonly string[] {
  return (value) => {
    const faults: string[] = []
    const parts = value.split(',').map((part) => part.trim())
    const items = parts.filter(Boolean).map((part) => {
      try {
        return parse(part)
      } catch (error) {
        faults.push((error as Error).message)
        return part
      }
    })
    if (faults.length > 0) throw new Error(faults.join('; '))
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
  if (months < 3 || months > 120) throw new Error('must be a number of months from 3 to 120')
  return months
}

export function parseUndo(value: string): number {
  if (!/^\d{1,3}$/.test(value) || Number(value) > 600) throw new Error('must be a number of seconds from 0 to 600')
  return Number(value)
}
