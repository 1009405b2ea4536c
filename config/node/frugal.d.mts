// SPDX-License-Identifier: AGPL-3.0-or-later
export const frugalFlags: string[]
export const frugalEnv: Record<string, string>
