// SPDX-License-Identifier: AGPL-3.0-or-later
export function runNpm(cwd: string, args: readonly string[]): Promise<{ code: number; out: string; err: string }>
