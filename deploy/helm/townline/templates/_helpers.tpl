{{- define "townline.labels" -}}
app.kubernetes.io/name: townline
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- /* Helm reads YAML 1.1, where N, off and no are truth values; to Townline they are words, and N is a postcode area. */}}
{{- define "townline.words" -}}
{{- $word := "(y|Y|yes|Yes|YES|n|N|no|No|NO|on|On|ON|off|Off|OFF)" }}
{{- $text := regexReplaceAll (printf "(?m)^([^#'\"\n]*(?:: +|- +))%s( *(?:#.*)?)$" $word) . "${1}\"${2}\"${3}" }}
{{- range until 4 }}
{{- $text = regexReplaceAll (printf "(?m)^([^#'\"\n]*[[{](?:[^#'\"\n]*[,:])? *)%s( *[]},])" $word) $text "${1}\"${2}\"${3}" }}
{{- end }}
{{- $text }}
{{- end }}

{{- /* What a pod is besides its containers. A changed configuration starts it anew: a mounted file would stay the old one. */}}
{{- define "townline.template" -}}
metadata:
  labels: {{- include "townline.labels" . | nindent 4 }}
  annotations:
    checksum/config: {{ .root.Values.config | sha256sum }}
    {{- with .annotations }}{{ toYaml . | nindent 4 }}{{ end }}
{{- end }}

{{- define "townline.pod" -}}
securityContext: {runAsNonRoot: true, runAsUser: 10001, fsGroup: 10001, seccompProfile: {type: RuntimeDefault}}
automountServiceAccountToken: false
# Kubernetes would name its services as TOWNLINE_… variables where the release is called townline.
enableServiceLinks: false
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets: {{- range . }}
  - name: {{ . }}
{{- end }}
{{- end }}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels: {{- include "townline.labels" . | nindent 8 }}
volumes:
  - name: config
    configMap: {name: {{ .root.Release.Name }}-config}
  - name: data
    persistentVolumeClaim: {claimName: {{ .root.Release.Name }}-data}
{{- end }}

{{- define "townline.container" -}}
image: "{{ .root.Values.image.repository }}:{{ .root.Values.image.tag }}"
imagePullPolicy: {{ .root.Values.image.pullPolicy }}
securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
envFrom:
  - secretRef: {name: {{ .root.Values.secret }}}
volumeMounts:
  - {name: config, mountPath: /srv/townline/config.yaml, subPath: config.yaml, readOnly: true}
  - {name: data, mountPath: /srv/townline/var}
{{- end }}

{{- define "townline.probe" -}}
exec: {command: [python, -m, deploy.health, {{ . | quote }}]}
periodSeconds: 10
timeoutSeconds: 5
{{- end }}
