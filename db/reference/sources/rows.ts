// SPDX-License-Identifier: AGPL-3.0-or-later
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export type AreaRow = {
  code: string
  name: string
  kind: 'region' | 'department' | 'mrc'
  country: 'FR' | 'CA'
  parent: string | null
}

export type PlaceRow = {
  code: string
  name: string
  aliases: string[]
  country: 'FR' | 'CA'
  /** The smallest area known: département, MRC or, failing that, region. */
  area: string
  postalCodes: string[]
  latitude: number
  longitude: number
  precision: 'exact' | 'sibling' | 'department'
  population: number
}

/** Names on screen carry the curved apostrophe, as in print. */
export const curved = (name: string): string => name.replaceAll("'", '’')

/** Rows of one of our tab-separated tables, by column name. */
export function readTable(file: string): Record<string, string>[] {
  const lines = readFileSync(join(import.meta.dirname, file), 'utf8')
    .trimEnd()
    .split('\n')
  const header = (lines.shift() ?? '').split('\t')
  return lines.map((line) => {
    const cells = line.split('\t')
    return Object.fromEntries(header.map((column, i) => [column, cells[i] ?? '']))
  })
}

/** In degrees. @throws when there is no point. */
export function middle(points: { latitude: number; longitude: number }[]): { latitude: number; longitude: number } {
  if (points.length === 0) throw new Error('The middle of no point')
  const mean = (degrees: number[]) =>
    Math.round((degrees.reduce((sum, one) => sum + one, 0) / degrees.length) * 1e4) / 1e4
  return {
    latitude: mean(points.map((point) => point.latitude)),
    longitude: mean(points.map((point) => point.longitude)),
  }
}
