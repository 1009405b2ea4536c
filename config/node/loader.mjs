// SPDX-License-Identifier: AGPL-3.0-or-later
// Imported before a server and its threads: gives Node our files without their types, where they are kept (types.mjs).
import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { fileURLToPath } from 'node:url'
import './resolve.mjs'
import { keptFor } from './types.mjs'

registerHooks({
  load(url, context, next) {
    if (!url.startsWith('file:') || !url.endsWith('.ts')) return next(url, context)
    try {
      const source = readFileSync(keptFor(readFileSync(fileURLToPath(url), 'utf8')))
      return { format: 'module', source, shortCircuit: true }
    } catch {
      return next(url, context)
    }
  },
})
