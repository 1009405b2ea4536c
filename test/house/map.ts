// SPDX-License-Identifier: AGPL-3.0-or-later
// `npm run map`: the folders in order, who imports whom, and figures.
import { readModules, type Module } from '../support/sources.ts'
import { arrowsOf, folderOf, LAYERS, mutualPairs, upwardImports } from './layers.ts'

const modules = readModules()
const arrows = arrowsOf(modules)
const linesOf = ({ text }: Module) => text.split('\n').length - 1

console.log('A folder imports only folders of rows above its own.\n')
for (const [at, layer] of LAYERS.entries()) {
  for (const folder of layer) console.log(describe(folder, at + 1))
}
console.log('\nFigures')
for (const [name, value] of figures()) console.log(`${name.padEnd(34)}${value}`)

function describe(folder: string, row: number): string {
  const own = modules.filter(({ file }) => folderOf(file) === folder)
  const lines = own.reduce((sum, one) => sum + linesOf(one), 0)
  const to = arrows.filter(({ from }) => from === folder).map((one) => one.to)
  const by = arrows.filter((one) => one.to === folder).map(({ from }) => from)
  const size = `${own.length} ${own.length === 1 ? 'file' : 'files'}, ${lines} lines`
  return `${String(row).padStart(2)}  ${folder.padEnd(26)} ${size}
      imports      ${short(to)}
      imported by  ${short(by)}`
}

function short(folders: string[]): string {
  const names = folders.map((folder) => folder.replace('server/', '')).sort()
  return names.length > 0 ? names.join(' ') : '–'
}

function figures(): [string, string | number][] {
  const sizes = modules.map(linesOf).sort((a, b) => a - b)
  const at = (share: number) => sizes[Math.floor((sizes.length - 1) * share)]
  const largest = modules.find((one) => linesOf(one) === sizes.at(-1))
  const kinds = kindsOf(modules)
  const others = domainFiles(modules).filter((one) => !kinds.has(kindOf(one)))
  const shared = [...kinds].sort(([, a], [, b]) => b - a).map(([kind, count]) => `${kind} ${count}`)
  return [
    ['files', modules.length],
    ['lines', sizes.reduce((sum, one) => sum + one, 0)],
    ['lines per file, median', at(0.5)!],
    ['lines per file, 90th of 100', at(0.9)!],
    ['lines per file, most', `${sizes.at(-1)} (${largest?.file})`],
    ['imports that look upward', upwardImports(modules).length],
    ['pairs that import each other', mutualPairs(modules).length],
    ['kinds of file in domains', `${kinds.size}: ${shared.join(', ')}`],
    ['files under a name of their own', others.length],
  ]
}

function domainFiles(all: Module[]): string[] {
  const files = all.map(({ file }) => file).filter((file) => /^server\/[^/]+\//.test(file))
  const isDomain = (folder: string) =>
    files.some((file) => folderOf(file) === folder && /\/(handlers|commands)(\.ts|\/)/.test(file))
  return files.filter((file) => isDomain(folderOf(file)!))
}

/** `handlers` for `server/alerts/handlers.ts` and for `server/offers/handlers/show.ts`. */
function kindOf(file: string): string {
  return file.split('/')[2]!.replace(/\.ts$/, '')
}

/** Names of files or folders that at least two domains use, with the number of domains. */
function kindsOf(all: Module[]): Map<string, number> {
  const domains = Map.groupBy(domainFiles(all), kindOf)
  const counts = [...domains].map(([kind, of]) => [kind, new Set(of.map(folderOf)).size] as const)
  return new Map(counts.filter(([, count]) => count > 1))
}
