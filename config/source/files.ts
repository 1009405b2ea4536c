// SPDX-License-Identifier: AGPL-3.0-or-later
// Lists the files of the product without git, because an image and an unpacked archive have no repository.
import { readdir, readFile, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'

/** Ours at the top of the folder; anything else there (data, .env, node_modules) is the operator's. */
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
  'INSTALL.en.md',
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
/** A key, a dump or a log that somebody left in a product folder has none of these names. */
const KIND =
  /(\.(cjs|css|example|hbs|js|json|md|mjs|mts|ods|png|sql|svg|ts|tsv|webp|xlsx|yml)|^run|^\.npmrc|^places\.sqlite)$/
const NOT_OURS = /(^|\/)node_modules$|^test\/pictures$/

/** `path` is below the root, with `/`. */
export type SourceFile = { path: string; executable: boolean }

/**
 * @param except absolute paths that are the operator's wherever they are, such as DATA_DIR.
 * @returns the files of the product that exist below `root` (an image has no tests), sorted by path.
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
      // A link may lead out of the folder.
      for (const one of inside) if (!one.isSymbolicLink()) await visit(`${path}/${one.name}`, false)
    } else if (known?.isFile() && (isTop || KIND.test(path.slice(path.lastIndexOf('/') + 1)))) {
      if (!(await holdsPassword(full))) found.push({ path, executable: (known.mode & 0o100) !== 0 })
    }
  }
  for (const name of TOP) await visit(name, true)
  return found.sort((a, b) => (a.path < b.path ? -1 : 1))
}

/** An .npmrc may hold the password of a package registry. */
async function holdsPassword(file: string): Promise<boolean> {
  return file.endsWith('.npmrc') && /_auth|_password|certfile|keyfile/i.test(await readFile(file, 'utf8'))
}
