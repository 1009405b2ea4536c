// SPDX-License-Identifier: AGPL-3.0-or-later
import { DAY, HOUR } from '../base/clock.ts'
import { addDays } from '../base/days.ts'

export type Mark = 'ok' | 'wait' | 'stop'

/** Below this, the next upgrade or a busy day may fill the disk. */
const LEAST_FREE_BYTES = 500e6
const LEAST_FREE_PART = 0.1
const QUIET_HOURS = { from: 2, to: 5 }

export function diskMark(disk: { free: number; total: number }): Mark {
  if (disk.free < LEAST_FREE_BYTES / 5) return 'stop'
  return disk.free < LEAST_FREE_BYTES || disk.free / disk.total < LEAST_FREE_PART ? 'wait' : 'ok'
}

/** @param age of the newest backup, in milliseconds; undefined when there is none. */
export function backupMark(age: number | undefined): Mark {
  if (age === undefined || age > 7 * DAY) return 'stop'
  return age > 36 * HOUR ? 'wait' : 'ok'
}

/**
 * A check reads the whole file, so it runs at night, or by day after two missed nights (a computer that sleeps).
 * @param every milliseconds between two checks; @param last ISO instant, undefined for never; @param hour 0–23, local.
 */
export function isCheckDue(now: Date, last: string | undefined, every: number, hour: number): boolean {
  const age = last ? now.getTime() - new Date(last).getTime() : Number.POSITIVE_INFINITY
  // A check at 4:50 last night may be due again at 2:10.
  return isNight(hour) ? age > every - 6 * HOUR : age > every + DAY
}

/**
 * A backup disturbs nobody, so a missed night is made up for by day; the next one is made at night again.
 * @param last ISO instant of the newest backup, undefined for none; @param hour 0–23, local.
 */
export function isBackupDue(now: Date, last: string | undefined, hour: number): boolean {
  const age = last ? now.getTime() - new Date(last).getTime() : Number.POSITIVE_INFINITY
  // Longer than the night hours, so that one night has only one backup.
  return age > (isNight(hour) ? 6 * HOUR : DAY + HOUR)
}

const isNight = (hour: number) => hour >= QUIET_HOURS.from && hour < QUIET_HOURS.to

/** `before`: made before an update or a restore. `at`: ISO instant. */
export type Copy = { name: string; at: string; kind: 'daily' | 'before' }

const KEPT_DAYS = 7
const KEPT_WEEKS = 5
const KEPT_MONTHS = 12
const BEFORE_DAYS = 30

/**
 * All but the newest copy of each of the last 7 days, 5 weeks and 12 months that have one (days of UTC, weeks from
 * Monday). A copy from before an update stays 30 days, and the newest of them always.
 * @param justMade always stays, so that there is a good copy whatever the dates say.
 */
export function superseded(copies: readonly Copy[], justMade: string, now: Date): string[] {
  const newestFirst = copies.toSorted((a, b) => b.at.localeCompare(a.at))
  const daily = newestFirst.filter(({ kind }) => kind === 'daily')
  const before = newestFirst.filter(({ kind }) => kind === 'before')
  const kept = new Set<string>([
    justMade,
    ...newestOf(daily, KEPT_DAYS, (day) => day),
    ...newestOf(daily, KEPT_WEEKS, mondayOf),
    ...newestOf(daily, KEPT_MONTHS, (day) => day.slice(0, 7)),
    ...before.filter(({ at }, n) => n === 0 || now.getTime() - Date.parse(at) < BEFORE_DAYS * DAY).map(nameOf),
  ])
  return copies.map(nameOf).filter((name) => !kept.has(name))
}

const nameOf = ({ name }: Copy): string => name

function newestOf(newestFirst: readonly Copy[], count: number, periodOf: (day: string) => string): string[] {
  const found = new Map<string, string>()
  for (const { name, at } of newestFirst) {
    const period = periodOf(at.slice(0, 10))
    if (!found.has(period)) found.set(period, name)
  }
  return [...found.values()].slice(0, count)
}

function mondayOf(day: string): string {
  return addDays(day, -((new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7))
}

export type Seen = { proxies: number; forwarded: boolean; direct: string; isHttps: boolean }

/** Without a trusted proxy all visitors have the proxy's address, and too many tries of one stop all the others. */
export function addressFault(seen: Seen): 'proxy_untrusted' | 'proxy_absent' | undefined {
  if (seen.proxies === 0 && seen.forwarded) return 'proxy_untrusted'
  if (seen.proxies === 0 && seen.isHttps) return 'proxy_absent'
  return undefined
}

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const

/** As it is displayed: 0,4 Mo, 12 Go. */
export function inUnits(bytes: number): { value: number; unit: (typeof UNITS)[number] } {
  const rank = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(bytes, 1)) / 3)))
  const value = bytes / 1000 ** rank
  return { value: value < 10 ? Math.round(value * 10) / 10 : Math.round(value), unit: UNITS[rank]! }
}
