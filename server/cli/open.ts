// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Config } from '../../config/env.ts'
import type { Deps } from '../deps.ts'
import { openDeps } from '../open-deps.ts'

export async function withDeps<T>(config: Config, work: (deps: Deps) => Promise<T>): Promise<T> {
  const { deps } = await openDeps(config)
  try {
    return await work(deps)
  } finally {
    await deps.db.destroy()
  }
}
