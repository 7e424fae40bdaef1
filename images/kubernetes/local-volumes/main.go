// Serves claims from folders of the node, as the disks of a cloud would: a new volume is empty and belongs to root, and the
// kubelet gives it to the pod's fsGroup. (The controller manager's own provisioner makes hostPath volumes, which keep their
// owner, so that nothing but root could write to them.)
package main

import (
	"context"
	"errors"
	"log"
	"os"
	"path/filepath"
	"time"

	core "k8s.io/api/core/v1"
	api "k8s.io/apimachinery/pkg/api/errors"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
)

const (
	provisioner   = "log-pipeline/local-volumes"
	askedFor      = "volume.kubernetes.io/storage-provisioner"
	provisionedBy = "pv.kubernetes.io/provisioned-by"
)

type volumes struct {
	client kubernetes.Interface
	// Each volume is a folder below it.
	folder, node string
	factory      informers.SharedInformerFactory
}

func main() {
	config, err := rest.InClusterConfig()
	if err != nil {
		log.Fatal(err)
	}
	client := kubernetes.NewForConfigOrDie(config)
	all := volumes{client, os.Getenv("FOLDER"), os.Getenv("NODE"), informers.NewSharedInformerFactory(client, time.Minute)}

	changed := make(chan struct{}, 1)
	change := func(any) {
		select {
		case changed <- struct{}{}:
		default: // One is already waiting to be seen.
		}
	}
	handler := cache.ResourceEventHandlerFuncs{AddFunc: change, UpdateFunc: func(_, object any) { change(object) }}
	all.factory.Core().V1().PersistentVolumeClaims().Informer().AddEventHandler(handler)
	all.factory.Core().V1().PersistentVolumes().Informer().AddEventHandler(handler)
	all.factory.Storage().V1().StorageClasses().Informer().AddEventHandler(handler)
	ctx := context.Background()
	all.factory.Start(ctx.Done())
	all.factory.WaitForCacheSync(ctx.Done())
	for range changed {
		if err := all.reconcile(ctx); err != nil {
			log.Print(err)
			time.AfterFunc(time.Second, func() { change(nil) })
		}
	}
}

// Makes what is asked for and removes what is let go. Safe to repeat, whatever the last attempt got done; what fails for one
// does not keep another waiting.
func (all volumes) reconcile(ctx context.Context) error {
	claims, err := all.factory.Core().V1().PersistentVolumeClaims().Lister().List(labels.Everything())
	if err != nil {
		return err
	}
	existing, err := all.factory.Core().V1().PersistentVolumes().Lister().List(labels.Everything())
	if err != nil {
		return err
	}
	var failures []error
	for _, claim := range claims {
		if isWanted(claim) {
			failures = append(failures, all.provide(ctx, claim))
		}
	}
	for _, volume := range existing {
		if isLetGo(volume) {
			failures = append(failures, all.remove(ctx, volume.Name))
		}
	}
	return errors.Join(failures...)
}

// A folder is no block device.
func isWanted(claim *core.PersistentVolumeClaim) bool {
	return claim.Annotations[askedFor] == provisioner && claim.Spec.VolumeName == "" && claim.DeletionTimestamp == nil &&
		*claim.Spec.VolumeMode == core.PersistentVolumeFilesystem
}

func isLetGo(volume *core.PersistentVolume) bool {
	return volume.Annotations[provisionedBy] == provisioner && volume.Status.Phase == core.VolumeReleased &&
		volume.Spec.PersistentVolumeReclaimPolicy == core.PersistentVolumeReclaimDelete
}

func (all volumes) provide(ctx context.Context, claim *core.PersistentVolumeClaim) error {
	class, err := all.factory.Storage().V1().StorageClasses().Lister().Get(*claim.Spec.StorageClassName)
	if err != nil {
		return err
	}
	name := "pvc-" + string(claim.UID)
	folder := filepath.Join(all.folder, name)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	volume := &core.PersistentVolume{
		ObjectMeta: meta.ObjectMeta{Name: name, Annotations: map[string]string{provisionedBy: provisioner}},
		Spec: core.PersistentVolumeSpec{
			AccessModes: claim.Spec.AccessModes,
			Capacity:    core.ResourceList{core.ResourceStorage: claim.Spec.Resources.Requests[core.ResourceStorage]},
			ClaimRef: &core.ObjectReference{
				APIVersion: "v1", Kind: "PersistentVolumeClaim", Namespace: claim.Namespace, Name: claim.Name, UID: claim.UID,
			},
			NodeAffinity:                  onlyOn(all.node),
			PersistentVolumeReclaimPolicy: *class.ReclaimPolicy,
			PersistentVolumeSource:        core.PersistentVolumeSource{Local: &core.LocalVolumeSource{Path: folder}},
			StorageClassName:              class.Name,
			VolumeMode:                    claim.Spec.VolumeMode,
		},
	}
	_, err = all.client.CoreV1().PersistentVolumes().Create(ctx, volume, meta.CreateOptions{})
	if err != nil && !api.IsAlreadyExists(err) {
		return err
	}
	log.Printf("%s for %s/%s", name, claim.Namespace, claim.Name)
	return nil
}

func (all volumes) remove(ctx context.Context, name string) error {
	if err := os.RemoveAll(filepath.Join(all.folder, name)); err != nil {
		return err
	}
	err := all.client.CoreV1().PersistentVolumes().Delete(ctx, name, meta.DeleteOptions{})
	if err != nil && !api.IsNotFound(err) {
		return err
	}
	log.Printf("%s is removed", name)
	return nil
}

func onlyOn(node string) *core.VolumeNodeAffinity {
	here := core.NodeSelectorRequirement{
		Key: core.LabelHostname, Operator: core.NodeSelectorOpIn, Values: []string{node},
	}
	term := core.NodeSelectorTerm{MatchExpressions: []core.NodeSelectorRequirement{here}}
	return &core.VolumeNodeAffinity{Required: &core.NodeSelector{NodeSelectorTerms: []core.NodeSelectorTerm{term}}}
}
