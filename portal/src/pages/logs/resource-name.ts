// Short names of Azure resources: what stands behind the provider of an ARM id, parents included.
// https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules

/** `…/providers/Microsoft.Compute/virtualMachineScaleSets/npsystem/virtualMachines/0` is `npsystem/0`. */
export function resourceName(id: string): string {
  const [, ...path] =
    id
      .split(/\/providers\//i)
      .at(-1)
      ?.split('/') ?? []
  const names = path.filter((_, index) => index % 2 === 1)
  return names.length > 0 && id.includes('/providers/') ? names.join('/') : (id.split('/').at(-1) ?? id)
}
