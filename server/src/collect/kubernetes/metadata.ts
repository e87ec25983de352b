// What all objects of Kubernetes have. https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/

export type Labels = Readonly<Record<string, string>>

export interface RawMetadata {
  readonly uid?: string
  readonly name?: string
  readonly namespace?: string
  readonly creationTimestamp?: string
  readonly deletionTimestamp?: string
  readonly labels?: Labels
  readonly annotations?: Labels
  readonly ownerReferences?: readonly {
    readonly kind?: string
    readonly name?: string
    readonly controller?: boolean
  }[]
}
