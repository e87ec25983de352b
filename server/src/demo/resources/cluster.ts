// The workload's resources: workspace, cluster and node pools, registry, vault, gateway, monitoring, identities, jump boxes.
import { type Environment, managedIdentityId, type Pool, pools, region, workspaceGuids } from '../environment.ts'
import { type Properties, type ResourceDocument, resource } from './document.ts'

const tags = { 'Data classification': 'Confidential', 'Business unit': 'BU0001', 'Application identifier': 'a0005' }

export function clusterResources(environment: Environment): readonly ResourceDocument[] {
  const { groups, names, ids, unique } = environment
  const group = groups.cluster
  const workspace = { workspaceResourceId: ids.clusterWorkspace }
  return [
    resource(group, 'Microsoft.OperationalInsights/workspaces', names.clusterWorkspace, {
      sku: { name: 'PerGB2018' },
      retentionInDays: 90,
      customerId: workspaceGuids.cluster,
    }),
    ...['ContainerInsights', 'VMInsights', 'SecurityInsights', 'KeyVaultAnalytics'].map((solution) =>
      resource(group, 'Microsoft.OperationsManagement/solutions', `${solution}(${names.clusterWorkspace})`, workspace),
    ),
    managedCluster(environment),
    ...storage(environment),
    gateway(environment),
    ...monitoring(environment),
    resource(
      group,
      'Microsoft.Compute/virtualMachineScaleSets',
      'vmss-jumpboxes',
      { orchestrationMode: 'Uniform', singlePlacementGroup: true },
      { sku: { name: 'Standard_DS1_v2', tier: 'Standard', capacity: 2 } },
    ),
    ...Object.values(environment.identities).map((identity) => managedIdentity(environment, identity)),
    ...nodeResources(environment),
    resource(
      group,
      'Microsoft.Insights/workbooks',
      `wb-${unique}`,
      {
        displayName: `Azure Kubernetes Service (AKS) Security - ${names.clusterWorkspace}`,
        category: 'sentinel',
        sourceId: ids.clusterWorkspace,
      },
      { kind: 'shared' },
    ),
  ]
}

/** Registry and vault with their private endpoints. */
function storage(environment: Environment): readonly ResourceDocument[] {
  const { names } = environment
  const group = environment.groups.cluster
  return [
    resource(
      group,
      'Microsoft.ContainerRegistry/registries',
      names.registry,
      {
        loginServer: names.loginServer,
        adminUserEnabled: false,
        publicNetworkAccess: 'Disabled',
        policies: { quarantinePolicy: { status: 'disabled' } },
        encryption: { status: 'disabled' },
      },
      { sku: { name: 'Premium', tier: 'Premium' } },
    ),
    resource(
      group,
      'Microsoft.ContainerRegistry/registries/replications',
      `${names.registry}/eastus2`,
      {},
      { location: 'eastus2' },
    ),
    resource(group, 'Microsoft.KeyVault/vaults', names.vault, {
      tenantId: environment.tenantId,
      sku: { family: 'A', name: 'standard' },
      enableRbacAuthorization: true,
      enableSoftDelete: true,
      softDeleteRetentionInDays: 7,
      networkAcls: { bypass: 'AzureServices', defaultAction: 'Deny' },
      vaultUri: `https://${names.vault}.vault.azure.net/`,
    }),
    ...[`pe-${names.registry}`, `pe-${names.vault}`].map((name) =>
      resource(group, 'Microsoft.Network/privateEndpoints', name, {
        privateLinkServiceConnections: [
          { name: 'nodepools', properties: { privateLinkServiceConnectionState: { status: 'Approved' } } },
        ],
      }),
    ),
  ]
}

function managedCluster(environment: Environment): ResourceDocument {
  const { groups, names, identities } = environment
  const { objectId: principalId } = identities.controlPlane
  const userAssignedIdentities = { [managedIdentityId(environment, identities.controlPlane)]: { principalId } }
  return resource(
    groups.cluster,
    'Microsoft.ContainerService/managedClusters',
    names.cluster,
    {
      kubernetesVersion: '1.30',
      currentKubernetesVersion: '1.30.6',
      powerState: { code: 'Running' },
      nodeResourceGroup: groups.nodes,
      enableRBAC: true,
      disableLocalAccounts: true,
      apiServerAccessProfile: { enablePrivateCluster: true, enablePrivateClusterPublicFQDN: false },
      aadProfile: { managed: true, enableAzureRBAC: false, tenantID: environment.tenantId },
      networkProfile: {
        networkPlugin: 'azure',
        networkPolicy: 'azure',
        outboundType: 'userDefinedRouting',
        serviceCidr: '192.168.0.0/16',
        dnsServiceIP: '192.168.0.10',
      },
      agentPoolProfiles: pools.map(poolProfile),
      ...profilesOf(environment),
    },
    { tags, sku: { name: 'Base', tier: 'Standard' }, identity: { type: 'UserAssigned', userAssignedIdentities } },
  )
}

function poolProfile(pool: Pool): Properties {
  return {
    name: pool.name,
    count: pool.count,
    vmSize: pool.size,
    mode: pool.mode,
    maxPods: 30,
    osType: 'Linux',
    osSKU: 'Ubuntu',
    orchestratorVersion: '1.30.6',
    enableEncryptionAtHost: false,
    nodeLabels: pool.scope === undefined ? {} : { 'pci-scope': pool.scope },
  }
}

/** Add-ons, the kubelet's identity and the Defender sensor. */
function profilesOf(environment: Environment): Properties {
  const { objectId, clientId } = environment.identities.kubelet
  const workspace = environment.ids.clusterWorkspace
  const addon = (config: Properties): Properties => ({ enabled: true, config })
  return {
    addonProfiles: {
      azurepolicy: addon({}),
      openServiceMesh: addon({}),
      azureKeyvaultSecretsProvider: addon({ enableSecretRotation: 'true', rotationPollInterval: '2m' }),
      omsagent: addon({ logAnalyticsWorkspaceResourceID: workspace }),
    },
    identityProfile: {
      kubeletidentity: {
        resourceId: managedIdentityId(environment, environment.identities.kubelet),
        objectId,
        clientId,
      },
    },
    securityProfile: {
      defender: { securityMonitoring: { enabled: true }, logAnalyticsWorkspaceResourceId: workspace },
    },
  }
}

function gateway(environment: Environment): ResourceDocument {
  return resource(environment.groups.cluster, 'Microsoft.Network/applicationGateways', environment.names.gateway, {
    sku: { name: 'WAF_v2', tier: 'WAF_v2' },
    operationalState: 'Running',
    webApplicationFirewallConfiguration: {
      enabled: true,
      firewallMode: 'Prevention',
      ruleSetType: 'OWASP',
      ruleSetVersion: '3.2',
    },
    httpListeners: [{ name: 'listener-https', properties: { hostName: 'bicycle.contoso.com', protocol: 'Https' } }],
    sslCertificates: [{ name: `${environment.names.gateway}-ssl-certificate` }],
  })
}

function monitoring(environment: Environment): readonly ResourceDocument[] {
  const { groups, names, ids } = environment
  const group = groups.cluster
  const account = resource(group, 'Microsoft.Monitor/accounts', names.prometheus)
  const rule = (name: string, streams: readonly string[], destinations: Properties) =>
    resource(
      group,
      'Microsoft.Insights/dataCollectionRules',
      name,
      { dataFlows: [{ streams, destinations: Object.keys(destinations) }], destinations },
      { kind: 'Linux' },
    )
  return [
    account,
    resource(
      group,
      'Microsoft.Insights/dataCollectionEndpoints',
      `MSProm-${region}-${names.cluster}`,
      {},
      { kind: 'Linux' },
    ),
    rule(`MSProm-${region}-${names.cluster}`, ['Microsoft-PrometheusMetrics'], {
      monitoringAccounts: [{ accountResourceId: account.id, name: 'MonitoringAccount1' }],
    }),
    rule(`MSCI-${region}-${names.cluster}`, ['Microsoft-ContainerInsights-Group-Default', 'Microsoft-Syslog'], {
      logAnalytics: [{ workspaceResourceId: ids.clusterWorkspace, name: 'ciworkspace' }],
    }),
  ]
}

function managedIdentity(environment: Environment, identity: Environment['identities']['kubelet']): ResourceDocument {
  return resource(environment.groups.cluster, 'Microsoft.ManagedIdentity/userAssignedIdentities', identity.name, {
    tenantId: environment.tenantId,
    principalId: identity.objectId,
    clientId: identity.clientId,
  })
}

/** What the cluster makes for itself. */
function nodeResources(environment: Environment): readonly ResourceDocument[] {
  const group = environment.groups.nodes
  const scaleSets = new Map(environment.nodes.map((node) => [node.name.slice(0, -6), node.pool]))
  return [
    ...[...scaleSets].map(([name, pool]) =>
      resource(
        group,
        'Microsoft.Compute/virtualMachineScaleSets',
        name,
        { orchestrationMode: 'Uniform' },
        {
          tags: { 'aks-managed-poolName': pool.name },
          sku: { name: pool.size, tier: 'Standard', capacity: pool.count },
        },
      ),
    ),
    resource(
      group,
      'Microsoft.Network/loadBalancers',
      'kubernetes-internal',
      { frontendIPConfigurations: [{ name: 'ingress', properties: { privateIPAddress: '10.240.4.4' } }] },
      { sku: { name: 'Standard' } },
    ),
  ]
}
