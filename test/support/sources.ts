// SPDX-License-Identifier: AGPL-3.0-or-later
import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'

const ROOT = join(import.meta.dirname, '../..')

export type Import = { to: string; isType: boolean }
/** Paths are relative to the repository, with forward slashes. `imports` has our files so, packages by name. */
export type Module = { file: string; text: string; imports: Import[] }

export function readModules(folders = ['config', 'db', 'server', 'federation']): Module[] {
  return folders
    .flatMap((folder) => readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && /\.(?:ts|mjs)$/.test(entry.name) && !entry.parentPath.includes('node_modules'))
    .map((entry) => {
      const file = relative(ROOT, join(entry.parentPath, entry.name))
      const text = readFileSync(join(ROOT, file), 'utf8')
      return { file, text, imports: importsOf(file, text) }
    })
}

function importsOf(file: string, text: string): Import[] {
  const lines =
    /^(?:import|export)\s+(?<type>type\s)?[^'"]*?from\s+'(?<from>[^']+)'|^import '(?<bare>[^']+)'|\bimport\('(?<late>[^']+)'\)/gm
  return [...text.matchAll(lines)].map(({ groups, index }) => {
    const to = groups?.['from'] ?? groups?.['bare'] ?? groups?.['late'] ?? ''
    const isType = groups?.['type'] !== undefined || text.slice(index - 7, index) === 'typeof '
    return { to: to.startsWith('.') ? normalize(join(dirname(file), to)) : to, isType }
  })
}

export function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/(^|[^:'"`\\])\/\/[^\n]*/gm, '$1')
}
