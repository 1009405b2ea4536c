// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Deps } from '../deps.ts'

export async function announceSetUp(_deps: Deps): Promise<void> {}
