// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Module } from '../support/sources.ts'

/** A folder imports folders of rows above its own only. A file directly in `server/` counts as a folder. */
export const LAYERS: readonly (readonly string[])[] = [
  ['config'],
  ['server/base'],
  ['server/text'],
  ['server/model'],
  ['db'],
  ['server/job-times.ts', 'server/memory.ts', 'server/queue', 'server/requests.ts'],
  ['server/offer-search'],
  ['server/deps.ts'],
  ['server/web'],
  ['server/limits.ts'],
  ['server/shared.ts'],
  ['server/open-deps.ts'],
  ['server/consumers.ts', 'server/mail', 'server/public-offer'],
  ['server/audit', 'server/statistics'],
  ['server/hours', 'server/moderation', 'server/operator'],
  ['server/accounts', 'server/attestations', 'server/towns', 'server/years'],
  ['server/cec', 'server/people'],
  ['server/applications', 'server/imports'],
  ['server/privacy'],
  ['server/offers'],
  ['server/notices', 'server/partners', 'server/search'],
  ['server/alerts', 'server/association', 'server/enquiries', 'server/help', 'server/peers', 'server/reports'],
  ['federation'],
  ['server/cli', 'server/health.ts', 'server/jobs.ts', 'server/routes.ts'],
  ['server/app.ts', 'server/cli.ts', 'server/demo'],
  ['server/http-server.ts'],
  ['server/create-instance.ts'],
  ['server/web-processes'],
  ['server/main.ts'],
]

/** As LAYERS names it; undefined for packages. */
export function folderOf(file: string): string | undefined {
  const [top = '', next = ''] = file.split('/')
  if (!['config', 'db', 'server', 'federation'].includes(top)) return undefined
  return top === 'server' ? `${top}/${next}` : top
}

/** As folderOf, and inside `federation/` folder by folder too. */
function placeOf(file: string): string | undefined {
  return file.startsWith('federation/') ? file.split('/').slice(0, 2).join('/') : folderOf(file)
}

export type Arrow = { from: string; to: string; imports: string[] }

/** With the imports behind each arrow, as « file → file ». */
export function arrowsOf(modules: readonly Module[], of = folderOf): Arrow[] {
  const arrows = new Map<string, Arrow>()
  for (const { file, imports } of modules) {
    for (const one of imports) {
      const [from, to] = [of(file), of(one.to)]
      if (!from || !to || from === to) continue
      const arrow = arrows.get(`${from} ${to}`) ?? { from, to, imports: [] }
      arrow.imports.push(`${file} → ${one.to}`)
      arrows.set(`${from} ${to}`, arrow)
    }
  }
  return [...arrows.values()]
}

/** Imports of a row that is not above, and files in folders that no row names. */
export function upwardImports(modules: readonly Module[]): string[] {
  const row = (folder: string) => LAYERS.findIndex((layer) => layer.includes(folder))
  const unknown = [...new Set(modules.map(({ file }) => folderOf(file)!))].filter((folder) => row(folder) < 0)
  const upward = arrowsOf(modules).filter(({ from, to }) => row(to) >= row(from))
  return [...unknown.map((folder) => `${folder} is in no row of LAYERS`), ...upward.flatMap(({ imports }) => imports)]
}

/** Pairs of folders, or of single files in `server/` and `federation/`, that import each other. */
export function mutualPairs(modules: readonly Module[]): string[] {
  const arrows = arrowsOf(modules, placeOf)
  const isThere = (from: string, to: string) => arrows.some((arrow) => arrow.from === from && arrow.to === to)
  return arrows.filter(({ from, to }) => from < to && isThere(to, from)).map(({ from, to }) => `${from} ↔ ${to}`)
}
