/** What rules ask a node for. */
export interface FactsRequest {
  readonly sysctls: readonly string[];
  readonly modules: readonly string[];
  readonly persistent: readonly string[];
  readonly options: readonly string[];
  readonly kinds: readonly FactKind[];
}
export type FactKind = 'bridges' | 'cni' | 'routes';
