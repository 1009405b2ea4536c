// SPDX-License-Identifier: AGPL-3.0-or-later
// Which files are the product? Answers without git, so that an image and an unpacked archive know it too.
import { readdir, readFile, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'

/** What is ours at the top of the folder; whatever else lies there (data, .env, node_modules) is the operator's. */
const TOP = [
  '.ci',
  '.dockerignore',
  '.editorconfig',
  '.forgejo',
  '.github',
  '.gitignore',
  '.npmrc',
  '.nvmrc',
  '.oxlintrc.json',
  '.prettierignore',
  '.prettierrc',
  'CHANGELOG.md',
  'CODE_OF_CONDUCT.md',
  'CONTRIBUTING.md',
  'DECISIONS.md',
  'Dockerfile',
  'FEDERATION.md',
  'INSTALL.md',
  'LICENSE',
  'README.md',
  'SECURITY.md',
  'config',
  'db',
  'federation',
  'jest.config.mjs',
  'package-lock.json',
  'package.json',
  'renovate.json',
  'server',
  'test',
  'tsconfig.json',
  'views',
]
/** Kinds of file that a product folder holds; a key, a dump or a log that somebody left there is of none of them. */
const KIND = /(\.(cjs|css|example|hbs|js|json|md|mjs|mts|png|sql|svg|ts|tsv|yml)|^run|^\.npmrc|^places\.sqlite)$/
const NOT_OURS = /(^|\/)node_modules$|^test\/pictures$/

/** One file: its path below the folder, with `/`, and whether it may be run. */
export type SourceFile = { path: string; executable: boolean }

/**
 * Every file of the product below `root`, sorted by path. What is missing (an image holds no tests) is left out.
 * @param except absolute paths that are the operator's wherever they lie, such as DATA_DIR.
 */
export async function sourceFiles(root: string, except: readonly string[] = []): Promise<SourceFile[]> {
  const exceptions = new Set(except.map((path) => resolve(path)))
  const found: SourceFile[] = []
  const visit = async (path: string, isTop: boolean): Promise<void> => {
    const full = join(root, path)
    if (exceptions.has(full) || NOT_OURS.test(path)) return
    const known = await stat(full).catch(() => undefined)
    if (known?.isDirectory()) {
      const inside = await readdir(full, { withFileTypes: true })
      // A link may lead anywhere.
      for (const one of inside) if (!one.isSymbolicLink()) await visit(`${path}/${one.name}`, false)
    } else if (known?.isFile() && (isTop || KIND.test(path.slice(path.lastIndexOf('/') + 1)))) {
      if (!(await holdsPassword(full))) found.push({ path, executable: (known.mode & 0o100) !== 0 })
    }
  }
  for (const name of TOP) await visit(name, true)
  return found.sort((a, b) => (a.path < b.path ? -1 : 1))
}

/** Some write the password of their package registry into .npmrc. */
async function holdsPassword(file: string): Promise<boolean> {
  return file.endsWith('.npmrc') && /_auth|_password|certfile|keyfile/i.test(await readFile(file, 'utf8'))
}
